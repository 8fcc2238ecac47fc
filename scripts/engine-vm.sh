#!/usr/bin/env bash
# Runs Debian sid's Docker Engine on cgroup v2 in an emulated machine, independent of this machine's cgroups. Needs root
# (to build the disk image) and the Debian packages qemu-system-x86, seabios, e2fsprogs, kmod, curl.
#   engine-vm.sh start DIR   builds the image in DIR if it is missing, boots it, and prints its address, a port on
#                            loopback
#   engine-vm.sh stop DIR    stops it
set -euo pipefail

usage() { grep '^#  ' "$0" >&2; exit 2; }

# Builds the root file system from unmodified Debian packages and a minimal init that runs dockerd.
make_root() {
  local root=$1 folder
  for folder in bin sbin lib lib64; do
    mkdir -p "$root/usr/$folder"
    ln -s "usr/$folder" "$root/$folder"
  done
  "$scripts/debian-packages.sh" --all sid "$root" docker.io linux-image-cloud-amd64 busybox-static iptables kmod
  mkdir -p "$root"/{proc,sys,dev,run,tmp,root,etc,var/lib/docker}
  rm -rf "$root/var/run"
  ln -s /run "$root/var/run"
  for command in iptables ip6tables; do ln -sf xtables-nft-multi "$root/usr/sbin/$command"; done
  echo 'root:x:0:0:root:/root:/bin/sh' > "$root/etc/passwd"
  echo 'root:x:0:' > "$root/etc/group"
  rm -f "$root/usr/sbin/init"
  cat > "$root/usr/sbin/init" << 'E'
#!/bin/busybox sh
export PATH=/usr/sbin:/usr/bin:/applets HOME=/root
/bin/busybox mkdir /applets
/bin/busybox --install -s /applets
mount -t proc proc /proc
mount -t sysfs sys /sys
mkdir -p /dev/pts /dev/shm
mount -t devpts devpts /dev/pts
mount -t tmpfs shm /dev/shm
mount -t tmpfs run /run
mount -t cgroup2 none /sys/fs/cgroup
# Controllers can only be delegated if no process is in the root cgroup.
mkdir /sys/fs/cgroup/init
echo $$ > /sys/fs/cgroup/init/cgroup.procs
for controller in $(cat /sys/fs/cgroup/cgroup.controllers); do
  echo "+$controller" > /sys/fs/cgroup/cgroup.subtree_control
done
for module in virtio_net overlay veth bridge br_netfilter nf_tables nft_compat nf_nat xt_MASQUERADE xt_conntrack \
  xt_addrtype; do modprobe $module; done
hostname machine
ip link set lo up
ip addr add 10.0.2.15/24 dev eth0
ip link set eth0 up
ip route add default via 10.0.2.2
dockerd --host tcp://0.0.0.0:2375 --tls=false
poweroff -f
E
  chmod 755 "$root/usr/sbin/init"
}

# Builds the initrd that mounts the disk and switches to it.
make_initrd() {
  local root=$1 kernel=$2 initrd=$3 module file
  mkdir -p "$initrd"/{bin,dev,proc,sys,mnt,modules}
  cp "$root/usr/bin/busybox" "$initrd/bin/"
  for module in virtio_pci virtio_blk ext4; do
    modprobe -d "$root" -S "$kernel" --show-depends "$module"
  done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }' | while read -r file; do
    if [[ $file == *.xz ]]; then xz -dc "$file" > "$initrd/modules/$(basename "$file" .xz)"
    else cp "$file" "$initrd/modules/"; fi
    basename "$file" .xz >> "$initrd/modules/order"
  done
  cat > "$initrd/init" << 'E'
#!/bin/busybox sh
alias b=/bin/busybox
b mount -t proc proc /proc
b mount -t devtmpfs dev /dev
while read -r module; do b insmod "/modules/$module"; done < /modules/order
until [ -b /dev/vda ]; do b sleep 0.1; done
b mount -t ext4 /dev/vda /mnt
b mount -o move /dev /mnt/dev
b umount /proc
exec /bin/busybox switch_root /mnt /sbin/init
E
  chmod 755 "$initrd/init"
}

build() {
  local parts=$dir/parts kernel
  rm -rf "$parts"
  make_root "$parts/root"
  kernel=$(basename "$parts"/root/lib/modules/*)
  depmod -b "$parts/root" "$kernel"
  make_initrd "$parts/root" "$kernel" "$parts/initrd"
  (cd "$parts/initrd" && find . | "$parts/root/usr/bin/busybox" cpio -o -H newc 2>/dev/null | gzip -1) > "$dir/initrd"
  find "$parts/root" -name 'vmlinuz*' -type f -exec mv {} "$dir/vmlinuz" \;
  mke2fs -q -t ext4 -O ^has_journal -m 0 -d "$parts/root" "$dir/disk.new" 3G > /dev/null
  mv "$dir/disk.new" "$dir/disk"
  rm -r "$parts"
}

# Tries random ports until one is free. The disk image is not modified. An oops shuts the machine down, so that clients
# are refused instead of hanging.
boot() {
  # Without IPv6, because for a minute its neighbor discovery would count as traffic of the containers.
  local port network='net.ifnames=0 ipv6.disable_ipv6=1'
  for _ in {1..20}; do
    port=$((RANDOM % 10000 + 20000))
    if qemu-system-x86_64 -M q35 -cpu max -accel tcg,thread=single -m 3072 -nodefaults -no-reboot \
      -display none -kernel "$dir/vmlinuz" -initrd "$dir/initrd" \
      -append "root=/dev/vda rw console=ttyS0 panic=1 oops=panic mitigations=off random.trust_cpu=on $network" \
      -drive "file=$dir/disk,if=virtio,format=raw,cache=unsafe,snapshot=on" \
      -netdev "user,id=net,hostfwd=tcp:127.0.0.1:$port-:2375" -device virtio-net-pci,netdev=net,romfile= \
      -device virtio-rng-pci -serial "file:$dir/console" -pidfile "$dir/pid" -daemonize 2> "$dir/log"; then
      echo "$port"
      return
    fi
    grep -q 'host forwarding rule' "$dir/log" || break
  done
  cat "$dir/log" >&2
  return 1
}

start() {
  local port
  [ -s "$dir/disk" ] || build
  port=$(boot)
  for _ in {1..600}; do
    if curl -fs --max-time 5 "http://127.0.0.1:$port/_ping" > /dev/null; then
      echo "tcp://127.0.0.1:$port"
      return
    fi
    if ! kill -0 "$(cat "$dir/pid")" 2>/dev/null; then break; fi
    sleep 0.5
  done
  tail -n 20 "$dir/console" >&2
  stop
  return 1
}

stop() {
  local pid
  pid=$(cat "$dir/pid" 2>/dev/null || true)
  if [ -n "$pid" ] && kill "$pid" 2>/dev/null; then
    for _ in {1..40}; do
      if ! kill -0 "$pid" 2>/dev/null; then break; fi
      sleep 0.25
    done
  fi
  rm -f "$dir/pid"
}

[ $# -eq 2 ] || usage
scripts=$(dirname "$(realpath "$0")")
mkdir -p "$2"
dir=$(realpath "$2")
case $1 in
  start) start ;;
  stop) stop ;;
  *) usage ;;
esac
