// Decoding in the browser, loaded when the camera is first used: the device's own detector where it
// reads what labels carry and tells GS, else zxing-cpp as WebAssembly, served from here.

import { prepareZXingModule, readBarcodes, type ReaderOptions } from "zxing-wasm/reader";
import wasm from "zxing-wasm/reader/zxing_reader.wasm?url";

const OPTIONS: ReaderOptions = {
  formats: ["DataMatrix", "QRCode", "Code128", "EAN-13", "EAN-8", "ITF", "DataBar", "DataBarExpanded", "PDF417", "Code39"],
  tryHarder: true,
  maxNumberOfSymbols: 16,
  textMode: "Plain",
};

type Read = (video: HTMLVideoElement) => Promise<string[]>;

export async function fetchReader(): Promise<void> {
  await fetch(wasm);
}

interface Detector {
  detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]>;
}
type DetectorClass = (new (options: { formats: string[] }) => Detector) & { getSupportedFormats(): Promise<string[]> };
const WANTED = ["data_matrix", "qr_code", "code_128", "ean_13", "itf"];

async function own(): Promise<Detector | null> {
  const found = (window as unknown as { BarcodeDetector?: DetectorClass }).BarcodeDetector;
  const formats = found ? await found.getSupportedFormats() : [];
  return found && WANTED.every((each) => formats.includes(each)) ? new found({ formats: WANTED }) : null;
}

export async function reader(): Promise<Read> {
  const detector = await own().catch(() => null);
  if (!detector) return wasmReader();
  let second: Read | null = null;
  let misses = 0;
  return async (video) => {
    const found = await detector.detect(video).catch(() => []);
    if (found.length) return found.map((each) => each.rawValue);
    if (++misses % 4) return [];
    second ??= await wasmReader(); // a hard label: the stronger reader looks as well
    return second(video);
  };
}

async function wasmReader(): Promise<Read> {
  const canvas = document.createElement("canvas");
  await prepareZXingModule({ overrides: { locateFile: () => wasm }, fireImmediately: true });
  return async (video) => {
    const picture = frame(canvas, video);
    if (!picture) return [];
    const found = await readBarcodes(picture, OPTIONS);
    return found.filter((each) => each.isValid).map((each) => `${each.symbologyIdentifier}${each.text}`);
  };
}

function frame(canvas: HTMLCanvasElement, video: HTMLVideoElement): ImageData | null {
  const { videoWidth: width, videoHeight: height } = video;
  if (!width) return null;
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context?.drawImage(video, 0, 0);
  return context?.getImageData(0, 0, width, height) ?? null;
}
