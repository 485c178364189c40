'use client';

import { useEffect, useState } from 'react';
import { useRealtimeConnection } from '@realtime-session/react/webrtc';

const STORAGE_KEY = 'microphone';

export function CallWithMicrophone() {
  const [microphones, setMicrophones] = useState<readonly MediaDeviceInfo[]>([]);
  const [deviceId, setDeviceId] = useState('');
  const isListed = microphones.some((microphone) => microphone.deviceId === deviceId);
  const { status, error, connect, close, setMicrophone } = useRealtimeConnection(
    { endpoint: '/api/realtime-session' },
    { audio: { deviceId: isListed ? { exact: deviceId } : deviceId } },
  );

  useEffect(() => {
    if (!window.isSecureContext) return; // without HTTPS, there are no media devices
    const update = () =>
      void navigator.mediaDevices.enumerateDevices().then((devices) => {
        setMicrophones(devices.filter(({ kind, label }) => kind === 'audioinput' && label !== ''));
        setDeviceId(localStorage.getItem(STORAGE_KEY) ?? '');
      });
    update();
    navigator.mediaDevices.addEventListener('devicechange', update);
    return () => navigator.mediaDevices.removeEventListener('devicechange', update);
  }, [status]); // a call asks for permission, and then the devices have labels

  function choose(id: string) {
    localStorage.setItem(STORAGE_KEY, id);
    setDeviceId(id);
    if (status !== 'connected') return; // the next call uses it
    setMicrophone(id === '' ? {} : { deviceId: { exact: id } }).catch(console.warn);
  }

  return (
    <>
      <label>
        Microphone{' '}
        <select value={deviceId} onChange={({ target }) => choose(target.value)}>
          <option value="">Default</option>
          {microphones.map(({ deviceId: id, label }) => (
            <option key={id} value={id}>
              {label}
            </option>
          ))}
        </select>
      </label>
      {status === 'connected' ? (
        <button onClick={close}>Hang up</button>
      ) : (
        <button onClick={() => void connect().catch(console.warn)}>Call</button>
      )}
      <p>{error?.message ?? status}</p>
    </>
  );
}
