package main

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// program is the built program on the server's core.
type program struct {
	cmd     *exec.Cmd
	url     string
	started time.Duration // until it answered
}

// startProgram starts it on a place and waits until it answers.
func startProgram(ctx context.Context, o options, dir, databaseURL string) (*program, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	addr := l.Addr().String()
	l.Close()
	bin, err := filepath.Abs(o.bin)
	if err != nil {
		return nil, err
	}
	p := &program{url: "http://" + addr, cmd: onCore(0, bin, "serve")}
	p.cmd.Env = []string{
		"PATH=" + os.Getenv("PATH"), "LINLI_ADDR=" + addr, "LINLI_DATA_DIR=" + dir, "LINLI_TRUSTED_PROXIES=127.0.0.1", "LINLI_DRAIN_TIME=0s",
		"LINLI_SMS_PROVIDER=http", "LINLI_SMS_URL=http://127.0.0.1:9/", "LINLI_OUTBOUND_PRIVATE=127.0.0.1", "LINLI_SMS_KEY=a key for measurements only",
		"LINLI_FILINGS_PER_DAY=0", // a few accounts write for a whole county here
		"LINLI_SECRET_KEYS=bench:" + base64.StdEncoding.EncodeToString([]byte(tokenKey)),
	}
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
	client := &http.Client{Timeout: time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	for time.Since(began) < time.Minute && ctx.Err() == nil {
		if answer, err := client.Get(p.url + "/healthz"); err == nil {
			answer.Body.Close()
			p.started = time.Since(began)
			return p, nil
		}
		time.Sleep(2 * time.Millisecond)
	}
	p.stop()
	return nil, errors.Join(errors.New("the program does not answer: "+said.String()), ctx.Err())
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
