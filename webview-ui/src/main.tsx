import { render } from 'preact';
import { extension, onState } from './extension';
import { Panel } from './Panel';
import './style.css';

const place = document.getElementById('panel');
if (place) {
  onState((state, training) => render(<Panel state={state} training={training} />, place));
  extension.tell('ready');
}
