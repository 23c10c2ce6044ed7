package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"linli/storage"
)

// servingFile is locked by the server that runs with a data directory and holds its address, so that a second one can say so. It
// keeps nobody out: on Postgres several may share a directory, and there it need not be one that can be written.
const servingFile = "serving"

// serving is this server's hold on the file, or what the file says of the server that has it.
type serving struct {
	file  *os.File // nil where nothing can be noted
	other string   // the address of the server that was here first
}

func noteServing(c Config) serving {
	if storage.MakeFolder(c.DataDir) != nil {
		return serving{}
	}
	f, err := os.OpenFile(filepath.Join(c.DataDir, servingFile), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return serving{}
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); errors.Is(err, syscall.EWOULDBLOCK) {
		defer f.Close()
		written, _ := io.ReadAll(io.LimitReader(f, 200))
		return serving{other: cmp.Or(strings.TrimSpace(string(written)), "an address not known yet")}
	}
	f.Truncate(0) // what a server that is gone has written
	return serving{file: f}
}

// at notes where this server is reached.
func (s serving) at(address string) {
	if s.file != nil {
		s.file.WriteString(address + "\n")
	}
}

// leave lets the next server have the file; the system does it for a killed one.
func (s serving) leave() {
	if s.file != nil {
		s.file.Close()
	}
}

// portTaken says who has the port, as far as that is known, and what to do.
func portTaken(c Config, other string) error {
	_, port, _ := net.SplitHostPort(c.Addr)
	if other == "" {
		return fmt.Errorf("port %s is taken by another program. Stop that one, or choose another port, for example LINLI_ADDR=:8081 make run", port)
	}
	return fmt.Errorf("another Linli already runs with this data directory (%s), on %s. Use that one, or stop it first; "+
		"a second one needs its own data and port, for example LINLI_ADDR=:8081 LINLI_DATA_DIR=./data2 make run", c.DataDir, other)
}
