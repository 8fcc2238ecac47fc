# Builds the images for all platforms: `docker buildx bake`, with `--push` to publish them. Needs emulation (QEMU) for
# foreign platforms, and a builder with the driver docker-container.
variable "IMAGE" {
  default = "dockstatapi"
}
variable "VERSION" {
  default = "2.0.0"
}
variable "REVISION" {
  default = ""
}
variable "CREATED" {
  default = ""
}
variable "SOURCE" {
  default = ""
}

group "default" {
  targets = ["image", "armv7"]
}

target "image" {
  platforms = ["linux/amd64", "linux/arm64"]
  tags      = ["${IMAGE}:${VERSION}", "${IMAGE}:latest"]
  args = {
    VERSION  = VERSION
    REVISION = REVISION
    CREATED  = CREATED
    SOURCE   = SOURCE
  }
}

# There is no image of Node.js 24 for this platform.
target "armv7" {
  inherits  = ["image"]
  platforms = ["linux/arm/v7"]
  tags      = ["${IMAGE}:${VERSION}-armv7"]
  args = {
    NODE = "22"
  }
}
