// Package lossyfs is a disk that keeps its word and not one byte more: what was not synced is forgotten by a power cut,
// file by file and folder by folder, or, where the cut is torn, survives in pieces. It lives in memory and is mounted
// by FUSE, so that a program can be run on it and its power taken away.
//
// It promises less than the usual file systems do. Syncing a file keeps its bytes, not its name; the name is kept by
// syncing the folder. What a program survives here it survives on any of them.
package lossyfs

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"sort"
	"sync"
)

// sector is the piece that a medium writes whole or not at all.
const sector = 512

// Disk is the medium and, in front of it, what was written and not yet synced.
type Disk struct {
	mu    sync.Mutex
	nodes map[uint64]*node
	last  uint64
	syncs int64
}

// rootID is the node at which the kernel begins.
const rootID = 1

// node is a file or a folder: as programs see it, as it is on the medium, and the way from one to the other.
type node struct {
	id     uint64
	folder bool
	mode   uint32
	links  uint32

	data, kept []byte
	writes     []write

	names, keptNames map[string]uint64
	changes          []change
}

// write is one write to a file, or with data nil a change of its length.
type write struct {
	at   int64
	data []byte
}

// change puts a name into a folder, or with id 0 takes it out. The two halves of a rename know each other: a file never
// loses its old name before it has the new one.
type change struct {
	name string
	id   uint64
	pair *bool // becomes true when the other half, the new name, is on the medium
	sets *bool
}

// NewDisk is an empty disk.
func NewDisk() *Disk {
	d := &Disk{nodes: map[uint64]*node{}, last: rootID}
	d.nodes[rootID] = newNode(rootID, true, 0o755)
	return d
}

func newNode(id uint64, folder bool, mode uint32) *node {
	n := &node{id: id, folder: folder, mode: mode, links: 1}
	if folder {
		n.names, n.keptNames = map[string]uint64{}, map[string]uint64{}
	}
	return n
}

// Syncs is how many files and folders were synced so far.
func (d *Disk) Syncs() int64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.syncs
}

func (d *Disk) add(folder bool, mode uint32) *node {
	d.last++
	n := newNode(d.last, folder, mode)
	d.nodes[n.id] = n
	return n
}

// put gives n a name in folder f.
func (f *node) put(name string, id uint64, sets *bool) {
	f.names[name] = id
	f.changes = append(f.changes, change{name: name, id: id, sets: sets})
}

// take takes a name out of folder f; pair is the new name that a rename gave.
func (f *node) take(name string, pair *bool) {
	delete(f.names, name)
	f.changes = append(f.changes, change{name: name, pair: pair})
}

func (n *node) write(data []byte, at int64) {
	if grown := at + int64(len(data)); grown > int64(len(n.data)) {
		n.data = resized(n.data, grown)
	}
	copy(n.data[at:], data)
	n.writes = append(n.writes, write{at, append([]byte(nil), data...)})
}

func (n *node) truncate(size int64) {
	n.data = resized(n.data, size)
	n.writes = append(n.writes, write{at: size})
}

func resized(b []byte, size int64) []byte {
	if size <= int64(len(b)) {
		return b[:size:size]
	}
	if size <= int64(cap(b)) {
		return b[:size]
	}
	grown := make([]byte, size, size+size/4)
	copy(grown, b)
	return grown
}

// sync brings a file's bytes or a folder's names to the medium.
func (d *Disk) sync(n *node) {
	d.syncs++
	if !n.folder {
		for _, w := range n.writes {
			n.kept = applied(n.kept, w)
		}
		n.writes = nil
		return
	}
	var waiting []change
	for _, c := range n.changes {
		if !n.keep(c) {
			waiting = append(waiting, c)
		}
	}
	n.changes = waiting
}

// keep brings one change of a folder to the medium, unless it is the old name of a file whose new one is not there yet.
func (f *node) keep(c change) bool {
	if c.pair != nil && !*c.pair {
		return false
	}
	if c.id == 0 {
		delete(f.keptNames, c.name)
	} else {
		f.keptNames[c.name] = c.id
	}
	if c.sets != nil {
		*c.sets = true
	}
	return true
}

func applied(b []byte, w write) []byte {
	if w.data == nil {
		return resized(b, w.at)
	}
	if end := w.at + int64(len(w.data)); end > int64(len(b)) {
		b = resized(b, end)
	}
	copy(b[w.at:], w.data)
	return b
}

// Cut takes the power away: what was not synced is gone. With torn not nil each file and folder draws from it how much
// of that reached the medium all the same: nothing, everything, or some sectors and some names and not others.
// The disk must not be mounted.
func (d *Disk) Cut(torn *rand.Rand) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, id := range d.ids() {
		n := d.nodes[id]
		if torn != nil {
			n.tear(torn)
		}
		n.writes, n.changes = nil, nil
		n.data = append([]byte(nil), n.kept...)
		if n.folder {
			n.names = map[string]uint64{}
			for name, id := range n.keptNames {
				n.names[name] = id
			}
		}
	}
	d.forgetNameless()
}

// ids are in order, so that one seed always tears in one way.
func (d *Disk) ids() []uint64 {
	ids := make([]uint64, 0, len(d.nodes))
	for id := range d.nodes {
		ids = append(ids, id)
	}
	sort.Slice(ids, func(i, j int) bool { return ids[i] < ids[j] })
	return ids
}

func (n *node) tear(torn *rand.Rand) {
	survives := []float64{0, 0.1, 0.5, 0.9, 1}[torn.IntN(5)]
	for _, w := range n.writes {
		for _, piece := range sectors(w) {
			if torn.Float64() < survives {
				n.kept = applied(n.kept, piece)
			}
		}
	}
	for _, c := range n.changes {
		if torn.Float64() < survives {
			n.keep(c)
		}
	}
}

// sectors cuts a write at the medium's borders.
func sectors(w write) []write {
	if w.data == nil {
		return []write{w}
	}
	var pieces []write
	for at, data := w.at, w.data; len(data) > 0; {
		size := min(int64(len(data)), sector-at%sector)
		pieces = append(pieces, write{at, data[:size]})
		at, data = at+size, data[size:]
	}
	return pieces
}

// forgetNameless drops what no name leads to any more.
func (d *Disk) forgetNameless() {
	links := map[uint64]uint32{rootID: 1}
	var walk func(id uint64)
	walk = func(id uint64) {
		for _, child := range d.nodes[id].names {
			links[child]++
			if d.nodes[child].folder && links[child] == 1 {
				walk(child)
			}
		}
	}
	walk(rootID)
	for id, n := range d.nodes {
		if links[id] == 0 {
			delete(d.nodes, id)
			continue
		}
		n.links = links[id]
	}
}

// Files calls f for every file below the root, with its path and bytes as programs see them, in order of their paths.
func (d *Disk) Files(f func(path string, data []byte)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.walk(d.nodes[rootID], "", f)
}

func (d *Disk) walk(folder *node, prefix string, f func(string, []byte)) {
	names := make([]string, 0, len(folder.names))
	for name := range folder.names {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		n := d.nodes[folder.names[name]]
		if n.folder {
			d.walk(n, prefix+name+"/", f)
		} else {
			f(prefix+name, n.data)
		}
	}
}

// Import puts what stands in a folder on the disk, synced.
func (d *Disk) Import(dir string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.importInto(d.nodes[rootID], dir)
}

func (d *Disk) importInto(folder *node, dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			return err
		}
		n := d.add(e.IsDir(), uint32(info.Mode().Perm()))
		folder.put(e.Name(), n.id, nil)
		if e.IsDir() {
			err = d.importInto(n, filepath.Join(dir, e.Name()))
		} else {
			var data []byte
			data, err = os.ReadFile(filepath.Join(dir, e.Name()))
			n.write(data, 0)
			d.sync(n)
		}
		if err != nil {
			return err
		}
	}
	d.sync(folder)
	return nil
}

// Export writes the disk, as programs see it, into an empty folder of this machine.
func (d *Disk) Export(dir string) error {
	var failed error
	d.Files(func(path string, data []byte) {
		if failed != nil {
			return
		}
		to := filepath.Join(dir, filepath.FromSlash(path))
		if failed = os.MkdirAll(filepath.Dir(to), 0o700); failed == nil {
			failed = os.WriteFile(to, data, 0o600)
		}
	})
	return failed
}
