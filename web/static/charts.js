// Charts (Apache ECharts). The values stand in the page; beside every chart is the same as a table.
// The library is loaded only where there is a chart. No animation, no legend, one hue.

const HATCH = { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [3, 4], rotation: -Math.PI / 4 };
const charts = new Map();

function tokens() {
  const style = getComputedStyle(document.documentElement);
  return (name) => style.getPropertyValue(`--${name}`).trim();
}

function frame(token, size) {
  const font = { fontFamily: token("sans"), fontSize: size, color: token("ink2") };
  const axis = { axisLine: { lineStyle: { color: token("edge") } }, axisTick: { show: false } };
  const split = { splitLine: { lineStyle: { color: token("line") } } };
  return { font, axis, split };
}

// Bars over time; the last one, still running, is hatched.
function columns(values, token, size) {
  const { font, axis, split } = frame(token, size);
  const last = values.running ? values.points.length - 1 : -1;
  return {
    animation: false,
    aria: { enabled: true },
    grid: { left: 8, right: 12, top: size + 16, bottom: 4, containLabel: true },
    xAxis: { type: "category", data: values.points.map((each) => each[0]), axisLabel: font, ...axis },
    yAxis: { type: "value", minInterval: 1, axisLabel: font, ...split },
    series: [{
      type: "bar",
      barMaxWidth: 36,
      itemStyle: { color: token("bar"), borderRadius: [2, 2, 0, 0] },
      data: values.points.map(([, value], at) => (at === last
        ? { value, itemStyle: { decal: { ...HATCH, color: token("surface") } } } : value)),
      label: { show: values.points.length <= 14, position: "top", ...font, fontWeight: 700, color: token("ink"), formatter: ({ value }) => value || "" },
    }],
  };
}

// Bars to the right, sorted, the value at the end.
function bars(values, token, size) {
  const { font, axis } = frame(token, size);
  const points = [...values.points].reverse();
  return {
    animation: false,
    aria: { enabled: true },
    grid: { left: 4, right: size * 4, top: 4, bottom: 4, containLabel: true },
    xAxis: { type: "value", show: false, minInterval: 1 },
    yAxis: { type: "category", data: points.map((each) => each[0]), axisLabel: { ...font, color: token("ink") }, ...axis, axisLine: { show: false } },
    series: [{
      type: "bar",
      barMaxWidth: size * 1.4,
      data: points.map(([, value, look]) => ({
        value,
        itemStyle: { color: look ? token(`${look}-fill`) : token("bar"), borderRadius: [0, 2, 2, 0] },
      })),
      label: { show: true, position: "right", ...font, fontWeight: 700, color: token("ink"), formatter: ({ value }) => value.toLocaleString("en") },
    }],
  };
}

// Where goods went: supplier, stores, wards, patients.
function flow(values, token, size) {
  const { font } = frame(token, size);
  const hues = { supplier: "ret", store: "bar", pharmacy: "bar", ward: "go-fill", theatre: "go-fill", patients: "used", gone: "gone", missing: "stop-fill" };
  return {
    animation: false,
    aria: { enabled: true },
    tooltip: { trigger: "item", renderMode: "richText", textStyle: font },
    series: [{
      type: "sankey",
      left: 4, right: 150, top: 12, bottom: 12,
      nodeGap: 14, nodeWidth: 14, draggable: false, layoutIterations: 48,
      emphasis: { focus: "adjacency" },
      lineStyle: { color: token("accent-line"), opacity: 0.45, curveness: 0.5 },
      label: { ...font, color: token("ink"), formatter: ({ name, value }) => `${values.names[name]} ${Number(value).toLocaleString("en")}` },
      data: values.nodes.map((each) => ({ name: each.id, depth: each.depth, itemStyle: { color: token(hues[each.kind] || "bar") } })),
      links: values.links.map(([source, target, value]) => ({ source, target, value })),
    }],
  };
}

const KINDS = { columns, bars, flow };

async function draw(place) {
  const { init } = await import("./vendor/echarts.js");
  const chart = charts.get(place) || init(place, null, { renderer: "canvas" });
  charts.set(place, chart);
  const size = Number(place.dataset.size || 13);
  chart.setOption(KINDS[place.dataset.chart](JSON.parse(place.dataset.values), tokens(), size), true);
  place.dataset.drawn = "";
}

function drawAll() {
  for (const place of charts.keys()) {
    if (!place.isConnected) {
      charts.get(place).dispose();
      charts.delete(place);
    }
  }
  for (const place of document.querySelectorAll("[data-chart]")) draw(place);
}

drawAll();
document.addEventListener("htmx:afterSettle", drawAll);
addEventListener("resize", () => charts.forEach((chart) => chart.resize()));
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
