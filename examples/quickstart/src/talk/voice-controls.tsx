import { useEffect, useRef } from 'react';
import type { VoiceSession } from './use-voice.ts';

/** The input level that fills the meter. Speech is rarely louder. */
const FULL_LEVEL = 0.25;

/** The microphone's level, a mute button, and a button to start blocked playback. */
export function VoiceControls({ voice, stream }: { voice: VoiceSession; stream: MediaStream }) {
  return (
    <div className="talk-voice">
      <MicrophoneMeter stream={stream} isMuted={voice.isMuted} />
      <button
        type="button"
        className="button"
        data-testid="mute"
        aria-pressed={voice.isMuted}
        onClick={voice.toggleMute}
      >
        {voice.isMuted ? 'Unmute' : 'Mute'}
      </button>
      {voice.isPlaybackBlocked && (
        <button type="button" className="button" data-testid="unblock" onClick={voice.resumePlayback}>
          Play audio
        </button>
      )}
    </div>
  );
}

/** Updates the meter directly, without a render for each frame. */
function MicrophoneMeter({ stream, isMuted }: { stream: MediaStream; isMuted: boolean }) {
  const meter = useRef<HTMLMeterElement>(null);
  useEffect(() => measureLevel(stream, (level) => meter.current && (meter.current.value = level)), [stream]);
  return (
    <label className="microphone" data-testid="microphone">
      <span>{isMuted ? 'Muted' : 'Microphone'}</span>
      <meter ref={meter} min={0} max={1} value={0} />
    </label>
  );
}

function measureLevel(stream: MediaStream, onLevel: (level: number) => void): () => void {
  const context = new AudioContext();
  const analyser = new AnalyserNode(context, { fftSize: 1024 });
  const samples = new Float32Array(analyser.fftSize);
  context.createMediaStreamSource(stream).connect(analyser);
  let frame = requestAnimationFrame(measure);
  function measure(): void {
    analyser.getFloatTimeDomainData(samples);
    const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
    onLevel(Math.min(1, Math.sqrt(power) / FULL_LEVEL));
    frame = requestAnimationFrame(measure);
  }
  return () => {
    cancelAnimationFrame(frame);
    void context.close();
  };
}
