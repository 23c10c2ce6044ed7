package main

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"time"
)

// starter starts processes from one thread that never ends: the kernel ends a child when the thread that made it is
// gone, which is how nothing of ours outlives us, however we end.
var starter = func() chan func() {
	work := make(chan func())
	go func() {
		runtime.LockOSThread()
		for f := range work {
			f()
		}
	}()
	return work
}()

// process is a program that we started, in a process group of its own, with its output in a file.
type process struct {
	cmd   *exec.Cmd
	log   string
	ended chan struct{}
	err   error
}

// spawn starts a program; logFile gets both its outputs, appended.
func spawn(cmd *exec.Cmd, logFile string) (*process, error) {
	log, err := os.OpenFile(logFile, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	cmd.Stdout, cmd.Stderr = log, log
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Setpgid = true
	cmd.SysProcAttr.Pdeathsig = syscall.SIGKILL
	started := make(chan error)
	starter <- func() { started <- cmd.Start() }
	if err := <-started; err != nil {
		return nil, err
	}
	p := &process{cmd: cmd, log: logFile, ended: make(chan struct{})}
	go func() {
		p.err = cmd.Wait()
		close(p.ended)
	}()
	return p, nil
}

// kill ends it as the kernel's memory killer does, with everything that it started, and waits until it is gone.
func (p *process) kill() {
	syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL)
	<-p.ended
}

// stop asks it to end and insists after a while.
func (p *process) stop(signal syscall.Signal) {
	syscall.Kill(p.cmd.Process.Pid, signal)
	select {
	case <-p.ended:
	case <-time.After(30 * time.Second):
		p.kill()
	}
}

func (p *process) running() bool {
	select {
	case <-p.ended:
		return false
	default:
		return true
	}
}

// tail is the end of what it wrote, for a report.
func tail(file string, bytes int64) string {
	f, err := os.Open(file)
	if err != nil {
		return err.Error()
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.Size() > bytes {
		f.Seek(-bytes, 2)
	}
	b := make([]byte, bytes)
	n, _ := f.Read(b)
	return fmt.Sprintf("the end of %s:\n%s", file, b[:n])
}
