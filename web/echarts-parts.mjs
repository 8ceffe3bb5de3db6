// The parts of Apache ECharts that our charts are made of; `npm run vendor` bundles them.

export { init, use } from "echarts/core";
import { BarChart, SankeyChart } from "echarts/charts";
import { AriaComponent, GridComponent, TooltipComponent } from "echarts/components";
import { CanvasRenderer } from "echarts/renderers";
import { use } from "echarts/core";

use([BarChart, SankeyChart, AriaComponent, GridComponent, TooltipComponent, CanvasRenderer]);
