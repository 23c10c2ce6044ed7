package lossyfs

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sort"
	"syscall"
	"time"

	"github.com/hanwen/go-fuse/v2/fuse"
)

// ErrNoFuse says that this machine cannot mount: it has no /dev/fuse.
var ErrNoFuse = errors.New("this machine has no /dev/fuse")

// Mounted is a disk under a folder.
type Mounted struct {
	server *fuse.Server
}

// Mount shows the disk under dir, which must be an empty folder. Only the kernel may change it while it is mounted.
func (d *Disk) Mount(dir string) (*Mounted, error) {
	if _, err := os.Stat("/dev/fuse"); errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNoFuse
	}
	server, err := fuse.NewServer(&bridge{RawFileSystem: fuse.NewDefaultRawFileSystem(), disk: d}, dir, &fuse.MountOptions{
		Name: "lossyfs", FsName: "lossyfs", DirectMount: true, DisableXAttrs: true, MaxWrite: 128 << 10,
	})
	if err != nil {
		return nil, fmt.Errorf("mount: %w", err)
	}
	go server.Serve()
	if err := server.WaitMount(); err != nil {
		return nil, fmt.Errorf("mount: %w", err)
	}
	return &Mounted{server}, nil
}

// Unmount takes the folder away. Whatever still holds a file open makes it fail, so it is tried for a while: a killed
// program is not gone at once.
func (m *Mounted) Unmount() error {
	var err error
	for range 100 {
		if err = m.server.Unmount(); err == nil {
			return nil
		}
		time.Sleep(20 * time.Millisecond)
	}
	return fmt.Errorf("unmount: %w", err)
}

// bridge speaks for the disk to the kernel. Node ids are the kernel's, and files need no handle of their own.
type bridge struct {
	fuse.RawFileSystem
	disk *Disk
}

// cached is how long the kernel may believe what it was told: nobody else changes a mounted disk.
const cached = 1 << 20

func (b *bridge) node(id uint64) *node { return b.disk.nodes[id] }

func (b *bridge) fill(n *node, out *fuse.EntryOut) {
	out.NodeId, out.Generation, out.EntryValid, out.AttrValid = n.id, 1, cached, cached
	n.attr(&out.Attr)
}

func (n *node) attr(a *fuse.Attr) {
	a.Ino, a.Nlink, a.Size, a.Blksize = n.id, n.links, uint64(len(n.data)), 4096
	a.Blocks = (a.Size + sector - 1) / sector
	a.Mode = n.mode | syscall.S_IFREG
	if n.folder {
		a.Mode, a.Nlink = n.mode|syscall.S_IFDIR, 2
	}
	a.Owner = fuse.Owner{Uid: uint32(os.Getuid()), Gid: uint32(os.Getgid())}
}

func (b *bridge) child(parent uint64, name string) (*node, fuse.Status) {
	id, there := b.node(parent).names[name]
	if !there {
		return nil, fuse.ENOENT
	}
	return b.node(id), fuse.OK
}

func (b *bridge) Lookup(_ <-chan struct{}, h *fuse.InHeader, name string, out *fuse.EntryOut) fuse.Status {
	b.disk.mu.Lock()
	defer b.disk.mu.Unlock()
	n, status := b.child(h.NodeId, name)
	if status.Ok() {
		b.fill(n, out)
	}
	return status
}

func (b *bridge) Forget(uint64, uint64) {}

func (b *bridge) GetAttr(_ <-chan struct{}, in *fuse.GetAttrIn, out *fuse.AttrOut) fuse.Status {
	b.disk.mu.Lock()
	defer b.disk.mu.Unlock()
	out.AttrValid = cached
	b.node(in.NodeId).attr(&out.Attr)
	return fuse.OK
}

func (b *bridge) SetAttr(_ <-chan struct{}, in *fuse.SetAttrIn, out *fuse.AttrOut) fuse.Status {
	b.disk.mu.Lock()
	defer b.disk.mu.Unlock()
	n := b.node(in.NodeId)
	if size, asked := in.GetSize(); asked {
		n.truncate(int64(size))
	}
	if mode, asked := in.GetMode(); asked {
		n.mode = mode & 0o7777
	}
	out.AttrValid = cached
	n.attr(&out.Attr)
	return fuse.OK
}

func (b *bridge) Mkdir(_ <-chan struct{}, in *fuse.MkdirIn, name string, out *fuse.EntryOut) fuse.Status {
	b.disk.mu.Lock()
	defer b.disk.mu.Unlock()
	if _, status := b.child(in.NodeId, name); status.Ok() {
		return fuse.Status(syscall.EEXIST)
	}
	n := b.disk.add(true, in.Mode&0o7777)
	b.node(in.NodeId).put(name, n.id, nil)
	b.fill(n, out)
	return fuse.OK
}

func (b *bridge) Create(_ <-chan struct{}, in *fuse.CreateIn, name string, out *fuse.CreateOut) fuse.Status {
	b.disk.mu.Lock()
	defer b.disk.mu.Unlock()
	n, status := b.child(in.NodeId, name)
	switch {
	case status.Ok() && in.Flags&syscall.O_EXCL != 0:
		return fuse.Status(syscall.EEXIST)
	case !status.Ok():
		n = b.disk.add(false, in.Mode&0o7777)
		b.node(in.NodeId).put(name, n.id, nil)
	}
	out.OpenFlags = fuse.FOPEN_KEEP_CACHE
	b.fill(n, &out.EntryOut)
	return fuse.OK
}

func (b *bridge) Open(_ <-chan struct{}, _ *fuse.OpenIn, out *fuse.OpenOut) fuse.Status {
	out.OpenFlags = fuse.FOPEN_KEEP_CACHE
	return fuse.OK
}

func (b *bridge) Read(_ <-chan struct{}, in *fuse.ReadIn, buf []byte) (fuse.ReadResult, fuse.Status) {
	b.disk.mu.Lock()
	defer b.disk.mu.Unlock()
	data := b.node(in.NodeId).data
	if in.Offset >= uint64(len(data)) {
		return fuse.ReadResultData(nil), fuse.OK
	}
	return fuse.ReadResultData(buf[:copy(buf, data[in.Offset:])]), fuse.OK
}

func (b *bridge) Write(_ <-chan struct{}, in *fuse.WriteIn, data []byte) (uint32, fuse.Status) {
	b.disk.mu.Lock()
	defer b.disk.mu.Unlock()
	b.node(in.NodeId).write(data, int64(in.Offset))
	return uint32(len(data)), fuse.OK
}

func (b *bridge) Flush(<-chan struct{}, *fuse.FlushIn) fuse.Status { return fuse.OK }

func (b *bridge) Release(<-chan struct{}, *fuse.ReleaseIn) {}

func (b *bridge) Fsync(_ <-chan struct{}, in *fuse.FsyncIn) fuse.Status {
	b.disk.mu.Lock()
	defer b.disk.mu.Unlock()
	b.disk.sync(b.node(in.NodeId))
	return fuse.OK
}

func (b *bridge) FsyncDir(cancel <-chan struct{}, in *fuse.FsyncIn) fuse.Status {
	return b.Fsync(cancel, in)
}

func (b *bridge) Unlink(_ <-chan struct{}, h *fuse.InHeader, name string) fuse.Status {
	b.disk.mu.Lock()
	defer b.disk.mu.Unlock()
	n, status := b.child(h.NodeId, name)
	if !status.Ok() {
		return status
	}
	n.links--
	b.node(h.NodeId).take(name, nil)
	return fuse.OK
}

func (b *bridge) Rmdir(_ <-chan struct{}, h *fuse.InHeader, name string) fuse.Status {
	b.disk.mu.Lock()
	defer b.disk.mu.Unlock()
	n, status := b.child(h.NodeId, name)
	switch {
	case !status.Ok():
		return status
	case len(n.names) > 0:
		return fuse.Status(syscall.ENOTEMPTY)
	}
	b.node(h.NodeId).take(name, nil)
	return fuse.OK
}

func (b *bridge) Rename(_ <-chan struct{}, in *fuse.RenameIn, from, to string) fuse.Status {
	b.disk.mu.Lock()
	defer b.disk.mu.Unlock()
	n, status := b.child(in.NodeId, from)
	if !status.Ok() {
		return status
	}
	if in.Flags != 0 {
		return fuse.EINVAL
	}
	target := b.node(in.Newdir)
	if was, there := target.names[to]; there {
		b.node(was).links--
	}
	moved := new(bool)
	target.put(to, n.id, moved)
	b.node(in.NodeId).take(from, moved)
	return fuse.OK
}

func (b *bridge) Link(_ <-chan struct{}, in *fuse.LinkIn, name string, out *fuse.EntryOut) fuse.Status {
	b.disk.mu.Lock()
	defer b.disk.mu.Unlock()
	if _, status := b.child(in.NodeId, name); status.Ok() {
		return fuse.Status(syscall.EEXIST)
	}
	n := b.node(in.Oldnodeid)
	n.links++
	b.node(in.NodeId).put(name, n.id, nil)
	b.fill(n, out)
	return fuse.OK
}

func (b *bridge) OpenDir(<-chan struct{}, *fuse.OpenIn, *fuse.OpenOut) fuse.Status { return fuse.OK }

func (b *bridge) ReleaseDir(*fuse.ReleaseIn) {}

func (b *bridge) ReadDir(_ <-chan struct{}, in *fuse.ReadIn, out *fuse.DirEntryList) fuse.Status {
	b.disk.mu.Lock()
	defer b.disk.mu.Unlock()
	folder := b.node(in.NodeId)
	names := make([]string, 0, len(folder.names))
	for name := range folder.names {
		names = append(names, name)
	}
	sort.Strings(names)
	for i := int(in.Offset); i < len(names); i++ {
		n := b.node(folder.names[names[i]])
		mode := uint32(syscall.S_IFREG)
		if n.folder {
			mode = syscall.S_IFDIR
		}
		if !out.AddDirEntry(fuse.DirEntry{Name: names[i], Mode: mode, Ino: n.id, Off: uint64(i + 1)}) {
			break
		}
	}
	return fuse.OK
}

func (b *bridge) ReadDirPlus(<-chan struct{}, *fuse.ReadIn, *fuse.DirEntryList) fuse.Status {
	return fuse.ENOSYS
}

// StatFs shows a disk with room.
func (b *bridge) StatFs(_ <-chan struct{}, _ *fuse.InHeader, out *fuse.StatfsOut) fuse.Status {
	out.Bsize, out.Frsize, out.NameLen = 4096, 4096, 255
	out.Blocks, out.Bfree, out.Bavail = 1<<20, 1<<20, 1<<20
	out.Files, out.Ffree = 1<<20, 1<<20
	return fuse.OK
}
