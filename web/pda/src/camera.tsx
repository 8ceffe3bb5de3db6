// The camera as a fallback: read in the browser, or a photo read by the server where the label is
// hard or there are many. All that was found is shown; somebody ticks what belongs.

import { useEffect, useRef, useState } from "preact/hooks";
import { call, Problem, type Words } from "./api";
import { shown } from "./codes";
import { productOf } from "./copy";
import { readCode } from "./codes";
import { say, t } from "./i18n";
import { Icon, Shape } from "./icons";
import { Button, Foot, Header } from "./parts";
import { play } from "./sound";

interface Hit {
  raw: string;
  name: string;
  verdict: "go" | "look" | "stop";
  text: string;
  corners?: [number, number][];
}
interface PhotoAnswer {
  symbols: {
    uncertain: boolean;
    corners: [number, number][];
    reading: { raw: string; verdict: "go" | "look" | "stop"; text: Words | null; product: { name: string } | null };
  }[];
  text: Words | null;
}

const EVERY = 150;
const AGAIN = 2_500;

export function Camera({ onFound, onClose }: { onFound: (raws: string[]) => void; onClose: () => void }) {
  const video = useRef<HTMLVideoElement>(null);
  const [fault, setFault] = useState("");
  const [hits, setHits] = useState<Hit[] | null>(null);
  const [photo, setPhoto] = useState<string | null>(null);
  const [ticked, setTicked] = useState<Set<string>>(new Set());
  const [busy, setBusy] = useState(false);

  useEffect(() => {
    if (hits) return;
    const stop = watch(video.current!, (raws) => {
      play("go");
      if (raws.length === 1) {
        onFound(raws);
        onClose();
      } else {
        choose(raws.map((raw) => hit(raw)));
      }
    }, setFault);
    return stop;
  }, [hits]);

  const choose = (found: Hit[]) => {
    setHits(found);
    setTicked(new Set(found.filter((each) => each.verdict !== "stop").map((each) => each.raw)));
  };
  const upload = async (file: File) => {
    setBusy(true);
    setFault("");
    const form = new FormData();
    form.append("photo", file);
    setPhoto(URL.createObjectURL(file));
    try {
      const answer = await call<PhotoAnswer>("POST", "/photo", form, 30_000);
      if (answer.symbols.length) {
        choose(answer.symbols.map(({ reading, corners, uncertain }) => ({
          raw: reading.raw,
          name: reading.product?.name ?? t("不认识的码", "Unknown code"),
          verdict: uncertain && reading.verdict === "go" ? "look" : reading.verdict,
          text: say(reading.text),
          corners,
        })));
        play("go");
      } else {
        setFault(say(answer.text));
        play("stop");
      }
    } catch (error) {
      setFault(error instanceof Problem ? say(error.words) : t("离线，不能传照片。对准一个码直接读", "Offline: hold the camera on one code instead"));
      play("stop");
    }
    setBusy(false);
  };
  const toggle = (raw: string) => {
    const next = new Set(ticked);
    if (!next.delete(raw)) next.add(raw);
    setTicked(next);
  };
  return (
    <>
      <Header title={t("拍码", "Camera")} onBack={onClose} />
      <main class="body camera">
        {hits ? (
          <>
            {photo && <Marked photo={photo} hits={hits} />}
            <p class="second" data-testid="found">{t(`读到 ${hits.length} 码，勾选属于这一次的`, `${hits.length} codes found. Tick what belongs`)}</p>
            <section class="card lines">
              {hits.map((each, place) => (
                <label class={`row row-tick row-${each.verdict}`}>
                  <Shape verdict={each.verdict} size={22} />
                  <div class="row-text"><b>{place + 1}. {each.name}</b><span>{each.text || shown(each.raw, readCode(each.raw).key)}</span></div>
                  <input type="checkbox" checked={ticked.has(each.raw)} onChange={() => toggle(each.raw)} />
                </label>
              ))}
            </section>
          </>
        ) : (
          <div class="view">
            <video ref={video} muted playsInline data-testid="video" />
            <div class="frame" />
          </div>
        )}
        {!hits && <Typed onTyped={(text) => { onFound([text]); onClose(); }} />}
        {busy && <p class="second">{t("服务器正在读", "The server is reading")}</p>}
        {fault && <p class="fault" role="alert"><Shape verdict="stop" size={18} />{fault}</p>}
      </main>
      <Foot>
        <label class="button">
          <Icon name="image" size={20} /><span>{t("传照片", "Photo")}</span>
          <input
            type="file" accept="image/*" capture="environment" class="file" data-testid="photo"
            onChange={(event) => {
              const file = event.currentTarget.files?.[0];
              if (file) void upload(file);
            }}
          />
        </label>
        {hits ? (
          <Button main disabled={!ticked.size} id="take" onClick={() => { onFound(hits.map((each) => each.raw).filter((raw) => ticked.has(raw))); onClose(); }}>
            {t(`用 ${ticked.size} 个`, `Take ${ticked.size}`)}
          </Button>
        ) : (
          <Button main onClick={onClose}>{t("不拍了", "Close")}</Button>
        )}
      </Foot>
    </>
  );
}

// A label that no camera reads has a number that a person can.
function Typed({ onTyped }: { onTyped: (text: string) => void }) {
  const [text, setText] = useState("");
  const take = () => text.trim().length > 2 && onTyped(text.trim());
  return (
    <div class="typed">
      <label class="field">
        <span>{t("或输码、单号", "Or type the code or number")}</span>
        <input
          type="text" value={text} autocomplete="off" autocapitalize="characters" spellcheck={false} data-testid="typed"
          onInput={(event) => setText(event.currentTarget.value)} onKeyDown={(event) => event.key === "Enter" && take()}
        />
      </label>
      <Button disabled={text.trim().length < 3} onClick={take} id="typed-take">{t("用它", "Use it")}</Button>
    </div>
  );
}

const hit = (raw: string): Hit => {
  const product = productOf(readCode(raw).key);
  return { raw, name: product?.name ?? t("不认识的码", "Unknown code"), verdict: product ? "go" : "look", text: "" };
};

function Marked({ photo, hits }: { photo: string; hits: Hit[] }) {
  const [size, setSize] = useState<[number, number]>([1, 1]);
  return (
    <div class="marked">
      <img src={photo} alt="" onLoad={(event) => setSize([event.currentTarget.naturalWidth, event.currentTarget.naturalHeight])} />
      <svg viewBox={`0 0 ${size[0]} ${size[1]}`} aria-hidden="true">
        {hits.map((each) => each.corners && (
          <polygon class={`mark-${each.verdict}`} points={each.corners.map((corner) => corner.join(",")).join(" ")} stroke-width={Math.max(...size) / 120} />
        ))}
      </svg>
    </div>
  );
}

// Looks into the picture a few times a second until something is read; answers with how to stop.
function watch(video: HTMLVideoElement, onRead: (raws: string[]) => void, onFault: (text: string) => void): () => void {
  let stopped = false;
  let stream: MediaStream | null = null;
  const seen = new Map<string, number>();
  const run = async () => {
    try {
      const wanted = { facingMode: "environment", width: { ideal: 1920 }, height: { ideal: 1080 } };
      stream = await navigator.mediaDevices.getUserMedia({ video: wanted, audio: false });
    } catch {
      return onFault(t("相机打不开。用“传照片”", "The camera does not open. Use “Photo”"));
    }
    if (stopped) return stream.getTracks().forEach((track) => track.stop());
    video.srcObject = stream;
    await video.play();
    const { reader } = await import("./zxing");
    const read = await reader();
    while (!stopped) {
      const raws = await read(video).catch(() => []);
      const fresh = raws.filter((raw) => Date.now() - (seen.get(raw) ?? 0) > AGAIN);
      fresh.forEach((raw) => seen.set(raw, Date.now()));
      if (fresh.length && !stopped) return onRead(fresh);
      await new Promise((resolve) => setTimeout(resolve, EVERY));
    }
  };
  void run();
  return () => {
    stopped = true;
    stream?.getTracks().forEach((track) => track.stop());
  };
}
