# Renders a glTF world with Cycles on the processor: colour and an id for each object, as the twin does.
# blender -b --factory-startup -P blender-peer.py -- WORLD.glb SAMPLES FRAMES
import sys
import time

import numpy

# Debian's glTF importer uses names that its numpy no longer has
for name, kind in (("bool", bool), ("int", int), ("float", float), ("object", object)):
    setattr(numpy, name, kind)

import bpy

world, samples, frames = sys.argv[-3], int(sys.argv[-2]), int(sys.argv[-1])
bpy.ops.wm.read_factory_settings(use_empty=True)
bpy.ops.import_scene.gltf(filepath=world)
scene = bpy.context.scene
scene.camera = next(o for o in bpy.data.objects if o.type == "CAMERA")
for number, thing in enumerate(o for o in bpy.data.objects if o.type == "MESH"):
    thing.pass_index = number + 1
lamp = bpy.data.lights.new("lamp", "POINT")
lamp.energy = 400
holder = bpy.data.objects.new("lamp", lamp)
holder.location = scene.camera.matrix_world.translation
scene.collection.objects.link(holder)
scene.view_layers[0].use_pass_object_index = True
scene.render.engine = "CYCLES"
scene.cycles.device = "CPU"
scene.cycles.samples = samples
scene.cycles.use_denoising = False
scene.render.use_persistent_data = True
scene.render.resolution_x, scene.render.resolution_y, scene.render.resolution_percentage = 640, 480, 100
scene.render.filepath = sys.argv[-3] + ".png"
bpy.ops.render.render(write_still=True)
began = time.process_time()
for _ in range(frames):
    bpy.ops.render.render(write_still=True)
print("processor-seconds", (time.process_time() - began) / frames, flush=True)
