import { render } from 'preact';
import { extension, onState } from './extension';
import { Panel } from './Panel';
import './style.css';

const place = document.getElementById('panel');
if (place) {
  onState((state) => render(<Panel state={state} />, place));
  extension.tell('ready');
}
