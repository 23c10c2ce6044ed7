package lossyfs

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
)

// mounted runs f on the disk under a folder.
func mounted(t *testing.T, d *Disk, f func(dir string)) {
	t.Helper()
	dir := t.TempDir()
	m, err := d.Mount(dir)
	if errors.Is(err, ErrNoFuse) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	f(dir)
	if err := m.Unmount(); err != nil {
		t.Fatal(err)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func writeFile(t *testing.T, path string, data []byte, sync bool) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	must(t, err)
	_, err = f.Write(data)
	must(t, err)
	if sync {
		must(t, f.Sync())
	}
	must(t, f.Close())
}

func syncFolder(t *testing.T, path string) {
	t.Helper()
	f, err := os.Open(path)
	must(t, err)
	must(t, f.Sync())
	must(t, f.Close())
}

func files(d *Disk) map[string]string {
	found := map[string]string{}
	d.Files(func(path string, data []byte) { found[path] = string(data) })
	return found
}

func same(t *testing.T, d *Disk, want map[string]string) {
	t.Helper()
	got := files(d)
	for path, data := range want {
		if g, there := got[path]; !there || g != data {
			t.Errorf("%s: %q (there: %v), want %q", path, g, there, data)
		}
		delete(got, path)
	}
	for path := range got {
		t.Errorf("%s should be gone", path)
	}
}

func TestACutTakesWhatWasNotSynced(t *testing.T) {
	d := NewDisk()
	mounted(t, d, func(dir string) {
		at := func(name string) string { return filepath.Join(dir, name) }
		writeFile(t, at("whole"), []byte("whole"), true)
		writeFile(t, at("empty"), []byte("gone"), false)
		syncFolder(t, dir)
		writeFile(t, at("nameless"), []byte("bytes without a name"), true)
		must(t, os.Mkdir(at("lost"), 0o700))
		writeFile(t, at("lost/inside"), []byte("x"), true)
		syncFolder(t, at("lost"))
		f, err := os.OpenFile(at("whole"), os.O_WRONLY, 0)
		must(t, err)
		_, err = f.WriteAt([]byte("W"), 0)
		must(t, err)
		must(t, f.Close())
		b, err := os.ReadFile(at("whole"))
		if err != nil || string(b) != "Whole" {
			t.Errorf("before the cut: %q, %v", b, err)
		}
	})
	d.Cut(nil)
	same(t, d, map[string]string{"whole": "whole", "empty": ""})
	mounted(t, d, func(dir string) {
		b, err := os.ReadFile(filepath.Join(dir, "whole"))
		if err != nil || string(b) != "whole" {
			t.Errorf("after the cut: %q, %v", b, err)
		}
	})
}

func TestARenameIsKeptByTheFolder(t *testing.T) {
	for _, synced := range []bool{false, true} {
		d := NewDisk()
		mounted(t, d, func(dir string) {
			must(t, os.Mkdir(filepath.Join(dir, "a"), 0o700))
			must(t, os.Mkdir(filepath.Join(dir, "b"), 0o700))
			syncFolder(t, dir)
			writeFile(t, filepath.Join(dir, "a/x"), []byte("photo"), true)
			syncFolder(t, filepath.Join(dir, "a"))
			must(t, os.Rename(filepath.Join(dir, "a/x"), filepath.Join(dir, "b/y")))
			syncFolder(t, filepath.Join(dir, "a")) // takes nothing away while the new name is not there
			if synced {
				syncFolder(t, filepath.Join(dir, "b"))
				syncFolder(t, filepath.Join(dir, "a"))
			}
		})
		d.Cut(nil)
		if synced {
			same(t, d, map[string]string{"b/y": "photo"})
		} else {
			same(t, d, map[string]string{"a/x": "photo"})
		}
	}
}

func TestATornCutTearsAtSectors(t *testing.T) {
	old, new := bytes.Repeat([]byte("o"), 8*sector), bytes.Repeat([]byte("n"), 8*sector)
	mixed, kept, lost := 0, 0, 0
	for seed := range uint64(60) {
		d := NewDisk()
		file := d.add(false, 0o600)
		d.nodes[rootID].put("db", file.id, nil)
		d.sync(d.nodes[rootID])
		file.write(old, 0)
		d.sync(file)
		file.write(new, 0)
		d.Cut(rand.New(rand.NewPCG(seed, 0)))
		got := []byte(files(d)["db"])
		if len(got) != len(old) {
			t.Fatalf("%d bytes", len(got))
		}
		news := 0
		for at := 0; at < len(got); at += sector {
			piece := got[at : at+sector]
			switch {
			case bytes.Equal(piece, new[:sector]):
				news++
			case !bytes.Equal(piece, old[:sector]):
				t.Fatal("a sector is neither old nor new")
			}
		}
		switch news {
		case 0:
			lost++
		case 8:
			kept++
		default:
			mixed++
		}
	}
	if mixed == 0 || kept == 0 || lost == 0 {
		t.Errorf("mixed %d, kept %d, lost %d: a cut must be able to do all three", mixed, kept, lost)
	}
}

func TestUnlinkedFilesStayReadable(t *testing.T) {
	d := NewDisk()
	mounted(t, d, func(dir string) {
		path := filepath.Join(dir, "x")
		writeFile(t, path, []byte("still here"), true)
		f, err := os.Open(path)
		must(t, err)
		must(t, os.Remove(path))
		b := make([]byte, 10)
		if _, err := f.Read(b); err != nil || string(b) != "still here" {
			t.Errorf("%q, %v", b, err)
		}
		must(t, f.Close())
		writeFile(t, path, []byte("key"), true)
		must(t, os.Link(path, filepath.Join(dir, "y")))
		must(t, os.Remove(path))
		syncFolder(t, dir)
	})
	d.Cut(nil)
	same(t, d, map[string]string{"y": "key"})
}
