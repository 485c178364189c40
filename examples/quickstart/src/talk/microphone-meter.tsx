import { useEffect, useRef } from 'react';
import './microphone-meter.css';

/** What to measure. */
export interface MicrophoneMeterProps {
  readonly stream: MediaStream;
  /** Muted microphones stand at 0. */
  readonly isMuted: boolean;
}

/** Speech is seldom louder than a quarter of what a microphone can take. */
const LOUD = 0.25;

/** How loud the microphone is at this moment. It draws itself, without rendering anything again. */
export function MicrophoneMeter({ stream, isMuted }: MicrophoneMeterProps) {
  const meter = useRef<HTMLMeterElement>(null);
  useEffect(() => measure(stream, (level) => meter.current && (meter.current.value = level)), [stream]);
  return (
    <label className="microphone" data-testid="microphone">
      <span>{isMuted ? 'Muted' : 'Microphone'}</span>
      <meter ref={meter} min={0} max={1} value={0} />
    </label>
  );
}

function measure(stream: MediaStream, show: (level: number) => void): () => void {
  const context = new AudioContext();
  const analyser = new AnalyserNode(context, { fftSize: 1024 });
  const samples = new Float32Array(analyser.fftSize);
  context.createMediaStreamSource(stream).connect(analyser);
  let frame = requestAnimationFrame(draw);
  function draw(): void {
    analyser.getFloatTimeDomainData(samples);
    const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
    show(Math.min(1, Math.sqrt(power) / LOUD));
    frame = requestAnimationFrame(draw);
  }
  return () => {
    cancelAnimationFrame(frame);
    void context.close();
  };
}
