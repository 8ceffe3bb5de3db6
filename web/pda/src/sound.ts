// Sound and vibration of the verdicts, made on the spot; muting keeps the vibration.

import { state } from "./state";

export type Tone = "go" | "look" | "stop" | "complete" | "kept";
type Beep = [from: number, to: number, ms: number, gap: number, shape: OscillatorType];

const SOUNDS: Record<Tone, Beep[]> = {
  go: [[1760, 1760, 70, 0, "sine"]],
  look: [[880, 880, 90, 80, "sine"], [880, 880, 90, 0, "sine"]],
  stop: [[330, 220, 160, 90, "square"], [330, 220, 160, 90, "square"], [330, 220, 160, 0, "square"]],
  complete: [[1320, 1320, 80, 0, "sine"], [1760, 1760, 80, 0, "sine"]],
  kept: [[1760, 1760, 70, 20, "sine"], [440, 440, 60, 0, "sine"]],
};
const SHAKES: Record<Tone, number[]> = {
  go: [40], look: [80, 80, 80], stop: [300, 100, 300, 100, 300], complete: [40, 60, 120], kept: [40, 60, 40],
};

let context: AudioContext | null = null;
export const played: Tone[] = [];

export function play(tone: Tone): void {
  played.push(tone);
  navigator.vibrate?.(SHAKES[tone]);
  if (state.muted) return;
  try {
    context ??= new AudioContext();
    void context.resume();
    let at = context.currentTime;
    for (const [from, to, ms, gap, shape] of SOUNDS[tone]) {
      const oscillator = context.createOscillator();
      const gain = context.createGain();
      oscillator.type = shape;
      oscillator.frequency.setValueAtTime(from, at);
      oscillator.frequency.linearRampToValueAtTime(to, at + ms / 1000);
      gain.gain.value = tone === "stop" ? 0.6 : 0.35;
      oscillator.connect(gain).connect(context.destination);
      oscillator.start(at);
      oscillator.stop(at + ms / 1000);
      at += (ms + gap) / 1000;
    }
  } catch {
    // A device without sound still shows and shakes.
  }
}
