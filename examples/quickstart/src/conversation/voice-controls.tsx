import { useEffect, useRef } from 'react';
import type { VoiceCall } from './use-voice.ts';

/** The input level that fills the meter. Speech is rarely louder. */
const FULL_LEVEL = 0.25;

/** The microphone's level, a mute button, a button to start blocked playback, and a hint when the user cannot be heard. */
export function VoiceControls({ voice, stream }: { voice: VoiceCall; stream: MediaStream }) {
  return (
    <div className="voice-controls">
      <MicrophoneMeter stream={stream} isMuted={voice.isMuted} />
      <button
        type="button"
        className="button is-small"
        data-testid="mute"
        aria-pressed={voice.isMuted}
        onClick={voice.toggleMute}
      >
        {voice.isMuted ? 'Unmute' : 'Mute'}
      </button>
      {voice.isPlaybackBlocked && (
        <button
          type="button"
          className="button is-small"
          data-testid="unblock"
          onClick={voice.resumePlayback}
        >
          Play audio
        </button>
      )}
      {voice.isSilent && (
        <p role="alert" className="voice-hint" data-testid="silent">
          No audio is being sent. Check the microphone.
        </p>
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
