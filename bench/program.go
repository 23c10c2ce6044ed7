package main

import (
	"context"
	"encoding/base64"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"linli/trial/built"
)

// program is the built program on the server's core.
type program struct {
	cmd     *exec.Cmd
	url     string
	started time.Duration // until it answered
}

// startProgram starts it on a place and waits until it answers.
func startProgram(ctx context.Context, o options, dir, databaseURL string) (*program, error) {
	addr, err := built.FreeAddress()
	if err != nil {
		return nil, err
	}
	bin, err := filepath.Abs(o.bin)
	if err != nil {
		return nil, err
	}
	p := &program{url: "http://" + addr, cmd: onCore(0, bin, "serve")}
	p.cmd.Env = append(built.Environ(addr, "a key for measurements only"),
		"LINLI_DATA_DIR="+dir, "LINLI_SECRET_KEYS=bench:"+base64.StdEncoding.EncodeToString([]byte(tokenKey)))
	if databaseURL != "" {
		p.cmd.Env = append(p.cmd.Env, "LINLI_DATABASE_URL="+databaseURL)
	}
	var said strings.Builder
	p.cmd.Stderr = &said
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	began := time.Now()
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	if err := built.Answers(ctx, p.url, 2*time.Millisecond, func() error { return nil }); err != nil {
		p.stop()
		return nil, fmt.Errorf("the program does not answer: %s: %w", said.String(), err)
	}
	p.started = time.Since(began)
	return p, nil
}

func (p *program) stop() {
	p.cmd.Process.Kill()
	p.cmd.Wait()
}

// resident is its resident memory now and at most, in MB.
func (p *program) resident() (now, most int) {
	read := func(name string) (kB int) {
		fmt.Sscan(field(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid), name), &kB)
		return kB / 1024
	}
	return read("VmRSS"), read("VmHWM")
}
