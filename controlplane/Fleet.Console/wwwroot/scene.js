// The world of a scene in 3D. Draws only when something changed; pictures are decoded from the file's own bytes, so that no address is made up for them.
import {
  AmbientLight, Box3, CameraHelper, Color, DirectionalLight, GLTFLoader, HemisphereLight, LinearFilter, LinearMipmapLinearFilter, OrbitControls, PerspectiveCamera,
  RepeatWrapping, Scene, Texture, Vector3, WebGLRenderer,
} from './three/three.min.js';

const still = matchMedia('(prefers-reduced-motion: reduce)');
const reachM = 1.2;

class OwnPictures {
  constructor(parser) { this.parser = parser; this.name = 'fleet-own-pictures'; }

  async loadTexture(index) {
    const source = this.parser.json.images[this.parser.json.textures[index].source];
    const bytes = await this.parser.getDependency('bufferView', source.bufferView);
    const picture = await createImageBitmap(new Blob([bytes], { type: source.mimeType }), { colorSpaceConversion: 'none' });
    const texture = new Texture(picture);
    Object.assign(texture, { flipY: false, wrapS: RepeatWrapping, wrapT: RepeatWrapping, magFilter: LinearFilter, minFilter: LinearMipmapLinearFilter, needsUpdate: true });
    this.parser.associations.set(texture, { textures: index });
    return texture;
  }
}

class View {
  constructor(host, renderer, page) {
    Object.assign(this, { host, renderer, page, cameras: [], through: -1, asked: 0, home: null });
    this.canvas = renderer.domElement;
    this.canvas.tabIndex = 0;
    this.canvas.setAttribute('role', 'img');
    this.canvas.setAttribute('aria-label', 'The world of the scene in 3D; arrow keys turn it, plus and minus zoom');
    host.append(this.canvas);
    this.scene = new Scene();
    this.scene.add(new HemisphereLight(0xffffff, 0x8a8478, 1.6), new AmbientLight(0xffffff, .5));
    const sun = new DirectionalLight(0xfff2e0, 1.8);
    sun.position.set(-3, 6, 4);
    this.scene.add(sun);
    this.eye = new PerspectiveCamera(50, 1, .02, 200);
    this.controls = new OrbitControls(this.eye, this.canvas);
    this.controls.addEventListener('change', () => this.draw());
    this.controls.addEventListener('start', () => this.leave());
    this.canvas.addEventListener('keydown', e => this.key(e));
    this.canvas.addEventListener('webglcontextrestored', () => this.draw());
    this.sizes = new ResizeObserver(() => this.draw());
    this.sizes.observe(host);
    this.themes = new MutationObserver(() => this.draw());
    this.themes.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  }

  async show(address) {
    const mine = ++this.asked;
    try {
      const loader = new GLTFLoader().register(parser => new OwnPictures(parser));
      const answer = await fetch(address, { credentials: 'same-origin' });
      if (!answer.ok) { return `The world did not come (${answer.status}). Load the page again.`; }
      const world = await loader.parseAsync(await answer.arrayBuffer(), '');
      if (mine !== this.asked || !this.controls) { return null; }
      this.clear();
      this.world = world.scene;
      this.scene.add(this.world);
      this.world.updateMatrixWorld(true);
      this.cameras = world.cameras;
      this.frustums = this.cameras.map(camera => this.frustum(camera));
      this.start();
      return null;
    } catch (e) {
      return `The world cannot be drawn: ${e.message}`;
    }
  }

  frustum(camera) {
    const near = camera.clone();
    camera.matrixWorld.decompose(near.position, near.quaternion, near.scale);
    Object.assign(near, { near: .05, far: reachM });
    near.updateProjectionMatrix();
    near.updateMatrixWorld(true);
    const lines = new CameraHelper(near);
    this.scene.add(lines);
    return lines;
  }

  // before the first camera and a little above it, looking where it looks
  start() {
    const box = new Box3().setFromObject(this.world);
    const target = box.getCenter(new Vector3());
    const eye = new Vector3();
    if (this.cameras.length > 0) {
      const back = new Vector3();
      this.cameras[0].getWorldPosition(eye);
      this.cameras[0].getWorldDirection(back).negate();
      const away = Math.max(1.5, Math.min(4, eye.distanceTo(target)));
      target.copy(eye).addScaledVector(back, -away);
      eye.addScaledVector(back, 1.6).add(new Vector3(1.1, .9, 0));
    } else {
      eye.copy(target).add(box.getSize(new Vector3()).multiplyScalar(.8));
    }
    this.home = { eye, target };
    this.restore(true);
  }

  restore(jump) {
    this.through = -1;
    this.eye.fov = 50;
    this.move(this.home.eye, this.home.target, jump);
  }

  look(index) {
    if (index < 0 || !this.cameras[index]) { this.restore(); return; }
    const camera = this.cameras[index];
    const eye = camera.getWorldPosition(new Vector3());
    const target = camera.getWorldDirection(new Vector3()).multiplyScalar(2.5).add(eye);
    this.move(eye, target, false, () => { this.through = index; this.draw(); });
  }

  move(eye, target, jump, then = () => {}) {
    const [fromEye, fromTarget, began] = [this.eye.position.clone(), this.controls.target.clone(), performance.now()];
    const mine = this.moving = {};
    const step = now => {
      if (this.moving !== mine || !this.controls) { return; }
      const t = jump || still.matches ? 1 : Math.min(1, (now - began) / 450);
      const eased = t * t * (3 - 2 * t);
      this.eye.position.lerpVectors(fromEye, eye, eased);
      this.controls.target.lerpVectors(fromTarget, target, eased);
      this.controls.update();
      this.draw();
      if (t < 1) { requestAnimationFrame(step); } else { then(); }
    };
    step(began);
  }

  leave() {
    this.moving = null;
    if (this.through < 0) { return; }
    this.through = -1;
    this.page.invokeMethodAsync('Left');
    this.draw();
  }

  key(e) {
    const turn = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[e.key];
    const zoom = { '+': .88, '=': .88, '-': 1.14 }[e.key];
    if (e.key === 'Home') { this.leave(); this.restore(); } else if (turn) { this.leave(); this.turn(turn, e.shiftKey); } else if (zoom) { this.leave(); this.away(zoom); } else { return; }
    e.preventDefault();
  }

  turn([x, y], moves) {
    const offset = this.eye.position.clone().sub(this.controls.target);
    if (moves) {
      const [right, up] = [new Vector3().setFromMatrixColumn(this.eye.matrix, 0), new Vector3().setFromMatrixColumn(this.eye.matrix, 1)];
      const by = right.multiplyScalar(x).addScaledVector(up, -y).multiplyScalar(offset.length() * .06);
      this.eye.position.add(by);
      this.controls.target.add(by);
    } else {
      const flat = Math.hypot(offset.x, offset.z);
      const around = Math.atan2(offset.x, offset.z) + x * .09;
      const up = Math.max(-1.5, Math.min(1.5, Math.atan2(offset.y, flat) - y * .09));
      const far = offset.length();
      this.eye.position.copy(this.controls.target).add(new Vector3(Math.sin(around) * Math.cos(up), Math.sin(up), Math.cos(around) * Math.cos(up)).multiplyScalar(far));
    }
    this.controls.update();
    this.draw();
  }

  away(factor) {
    this.eye.position.sub(this.controls.target).multiplyScalar(factor).add(this.controls.target);
    this.controls.update();
    this.draw();
  }

  draw() {
    if (this.waiting) { return; }
    this.waiting = true;
    requestAnimationFrame(() => { this.waiting = false; if (this.controls) { this.drawNow(); } });
  }

  drawNow() {
    const [width, height] = [this.host.clientWidth, this.host.clientHeight];
    const colours = getComputedStyle(document.documentElement);
    const shape = `${width} ${height} ${devicePixelRatio}`;
    if (shape !== this.shape) {
      this.shape = shape;
      this.renderer.setPixelRatio(Math.min(2, devicePixelRatio));
      this.renderer.setSize(width, height, false);
    }

    this.scene.background = new Color(colours.getPropertyValue('--sunken').trim());
    this.frustums?.forEach(lines => {
      const tone = new Color(colours.getPropertyValue('--brand').trim());
      lines.setColors(tone, tone, tone, tone, tone);
      lines.visible = this.through < 0;
    });
    const seen = this.cameras[this.through];
    this.eye.aspect = width / height;
    // all of the camera's frame fits, whatever the window's shape
    this.eye.fov = seen ? Math.max(seen.fov, 2 * Math.atan(Math.tan(seen.fov * Math.PI / 360) * seen.aspect / this.eye.aspect) * 180 / Math.PI) : 50;
    this.eye.updateProjectionMatrix();
    this.renderer.render(this.scene, this.eye);
    this.canvas.dataset.drawn = String(this.renderer.info.render.triangles);
  }

  clear() {
    this.frustums?.forEach(lines => { this.scene.remove(lines); lines.dispose(); });
    if (this.world) {
      this.scene.remove(this.world);
      this.world.traverse(part => {
        part.geometry?.dispose();
        for (const material of [part.material ?? []].flat()) { material.map?.image?.close?.(); material.map?.dispose(); material.dispose(); }
      });
    }
    Object.assign(this, { world: null, frustums: [], cameras: [], through: -1 });
  }

  close() {
    this.sizes.disconnect();
    this.themes.disconnect();
    this.clear();
    this.controls.dispose();
    this.controls = null;
    this.renderer.dispose();
    this.canvas.remove();
  }
}

export function open(host, page) {
  const probe = document.createElement('canvas');
  if (!probe.getContext('webgl2')) { return null; }
  const renderer = new WebGLRenderer({ antialias: true });
  const view = new View(host, renderer, page);
  return { show: address => view.show(address), look: index => view.look(index), close: () => view.close() };
}
