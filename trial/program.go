package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"linli/storage"
	"linli/trial/built"
)

// where is where a program keeps its things.
type where struct {
	dir         string // the data folder
	databaseURL string // empty: SQLite in dir
	s3          *storage.S3Options
}

func (w where) openDB(ctx context.Context) (*storage.DB, error) {
	return storage.Open(ctx, storage.Options{URL: w.databaseURL, Dir: w.dir})
}

func (w where) openBlobs() (storage.Blobs, error) {
	if w.s3 != nil {
		return storage.OpenS3Blobs(*w.s3)
	}
	return storage.OpenDiskBlobs(filepath.Join(w.dir, "photos"))
}

func (w where) environ() []string {
	env := []string{"LINLI_DATA_DIR=" + w.dir}
	if w.databaseURL != "" {
		env = append(env, "LINLI_DATABASE_URL="+w.databaseURL, "LINLI_SECRET_KEYS=trial:dGhpcyBrZXkgaXMgZm9yIHRyaWFscywgbm90IGZvciBwZW9wbGU=")
	}
	if w.s3 != nil {
		env = append(env, "LINLI_S3_ENDPOINT="+w.s3.Endpoint, "LINLI_S3_BUCKET="+w.s3.Bucket,
			"LINLI_S3_ACCESS_KEY="+w.s3.AccessKey, "LINLI_S3_SECRET_KEY="+w.s3.SecretKey, "LINLI_S3_TLS=0")
	}
	return env
}

// program is the built program under trial.
type program struct {
	bin   string
	addr  string
	env   []string
	log   string
	run   *process
	kills int
}

// newProgram takes a free port for a program that is started on it again and again.
func newProgram(bin string, w where, logFile string, env ...string) (*program, error) {
	addr, err := built.FreeAddress()
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(bin); err != nil {
		return nil, fmt.Errorf("the program is not built (make build): %w", err)
	}
	given := append(built.Environ(addr, "a key for trials only"), w.environ()...)
	return &program{bin: bin, addr: addr, env: append(given, env...), log: logFile}, nil
}

func (p *program) url() string { return "http://" + p.addr }

// launch starts it and does not wait.
func (p *program) launch() (err error) {
	cmd := exec.Command(p.bin, "serve")
	cmd.Env = p.env
	p.run, err = spawn(cmd, p.log)
	return err
}

// start starts it and waits until it answers. A program that cannot start on what a crash left is the worst of defects.
func (p *program) start(ctx context.Context) error {
	if err := p.launch(); err != nil {
		return err
	}
	if err := p.ready(ctx); err != nil {
		return fmt.Errorf("the program does not start: %w\n%s", err, tail(p.log, 2000))
	}
	return nil
}

func (p *program) ready(ctx context.Context) error {
	return built.Answers(ctx, p.url(), 10*time.Millisecond, func() error {
		if p.run.running() {
			return nil
		}
		return fmt.Errorf("it ended by itself: %v", p.run.err)
	})
}

func (p *program) kill() {
	if p.run != nil {
		p.run.kill()
		p.kills++
	}
}
