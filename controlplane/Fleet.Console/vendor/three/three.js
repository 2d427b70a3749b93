// What the 3D view of a scene needs of three.js, in one file that this server serves itself.
export {
  AmbientLight, CameraHelper, Color, DirectionalLight, GridHelper, HemisphereLight, PerspectiveCamera, Scene, SRGBColorSpace, Texture, Vector2, Vector3, Box3, Quaternion, WebGLRenderer, LinearFilter, LinearMipmapLinearFilter, RepeatWrapping,
} from 'three';
export { GLTFLoader } from 'three/examples/jsm/loaders/GLTFLoader.js';
export { OrbitControls } from 'three/examples/jsm/controls/OrbitControls.js';
