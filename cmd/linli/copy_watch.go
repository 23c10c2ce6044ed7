package main

import (
	"bufio"
	"encoding/json"
	"math"
	"os"
	"os/exec"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"linli/storage/copying"
)

// The continuous copy is kept by a process of its own, which the server starts: SQLite's locks belong to a process, and a
// library that opens and closes the same file would let go of the server's; and whatever goes wrong there stops nobody's
// report. It ends when the server does, because its standard input ends then.

const (
	copyLate       = time.Minute      // a copy that is older is behind
	copyRestAfter  = 5 * time.Second  // a keeper that ended is started again after this
	copyEndPatient = 20 * time.Second // what a keeper may take for its last turn
)

// copyWatch starts the keeper, starts it again when it ends, and remembers what it told.
type copyWatch struct {
	p       program
	started time.Time
	last    atomic.Pointer[copying.State]
	stopped chan struct{}
	over    sync.WaitGroup
}

// newCopyWatch is nil where no copy is to be kept.
func newCopyWatch(p program) *copyWatch {
	if !p.config.copied() {
		return nil
	}
	return &copyWatch{p: p, started: time.Now(), stopped: make(chan struct{})}
}

func (w *copyWatch) start() {
	if w == nil {
		return
	}
	w.over.Go(func() {
		for {
			err := w.runOnce()
			select {
			case <-w.stopped:
				return
			default:
			}
			w.p.log.Error("the keeper of the continuous copy ended and is started again", "err", err)
			select {
			case <-w.stopped:
				return
			case <-time.After(copyRestAfter):
			}
		}
	})
}

// stop lets the keeper copy what was written last. It is called when nothing is written any more.
func (w *copyWatch) stop() {
	if w == nil {
		return
	}
	close(w.stopped)
	w.over.Wait()
}

func (w *copyWatch) runOnce() error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	keeper := exec.Command(self, "copy") // #nosec G204 -- this very program, by its own path
	keeper.Env, keeper.Stderr = w.p.environ, w.p.logs
	input, err := keeper.StdinPipe()
	if err != nil {
		return err
	}
	output, err := keeper.StdoutPipe()
	if err != nil {
		return err
	}
	if err := keeper.Start(); err != nil {
		return err
	}
	ended := make(chan struct{})
	w.over.Go(func() {
		select {
		case <-ended:
		case <-w.stopped:
			input.Close()
			select {
			case <-ended:
			case <-time.After(copyEndPatient):
				keeper.Process.Kill()
			}
		}
	})
	lines := bufio.NewScanner(output)
	for lines.Scan() {
		var s copying.State
		if json.Unmarshal(lines.Bytes(), &s) == nil {
			w.last.Store(&s)
		}
	}
	err = keeper.Wait()
	close(ended)
	return err
}

// age is how old the moment is that the copy shows; before it shows one, how long this has been waited for.
func (w *copyWatch) age() time.Duration {
	if s := w.last.Load(); s != nil && !s.At.IsZero() {
		return time.Since(s.At)
	}
	return time.Since(w.started)
}

func (w *copyWatch) behind() bool { return w != nil && w.age() > copyLate }

var (
	copyAge    = figure("linli_copy_age_seconds", "How old the moment is that the continuous copy shows: what a lost machine would take with it. NaN where none is kept.")
	copyPhotos = figure("linli_copy_photos_waiting", "Photos that are not in the continuous copy yet. NaN where none is kept.")
)

func (w *copyWatch) tell(tell func(*prometheus.Desc, float64, ...string)) {
	if w == nil {
		tell(copyAge, math.NaN())
		tell(copyPhotos, math.NaN())
		return
	}
	tell(copyAge, w.age().Seconds())
	waiting := 0
	if s := w.last.Load(); s != nil {
		waiting = s.PhotosWaiting
	}
	tell(copyPhotos, float64(waiting))
}
