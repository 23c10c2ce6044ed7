package main

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"linli/models"
	"linli/storage"
	"linli/storage/photo/picture"
	"linli/storage/storagetest"
)

const (
	slowUploads   = 1000
	slowBytes     = 180_000 // what the filled county's photos are listed with
	memoryGoal    = 400     // MB
	photoRounds   = 5
	vipsThumbnail = "vipsthumbnail"
)

// press renders one photo as the program does, in a process of its own, so that its memory can be told.
func press(ctx context.Context, file string) error {
	b, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	_, err = picture.NewPress().Render(ctx, b)
	return err
}

// benchPhoto renders a photo of a phone's camera beside libvips, and holds slow uploads.
func benchPhoto(ctx context.Context, o options) (section, error) {
	s := section{
		Title: "Photos",
		How: fmt.Sprintf("A JPEG of 4000 × 3000 pixels becomes one of 1600 and one of 320 pixels without metadata, each time in a new process on one core; median of %d. "+
			"Control: `vipsthumbnail` (libvips, C) doing the same. Then %d uploads of %d kB that send 5 kB a second are held for half a minute, until most of each has come.", photoRounds, slowUploads, slowBytes/1000),
		Notes: []string{"Photos are rendered in Go because the program is one file without C libraries (see docs/adr); phones send at most 1600 pixels, which cost less than this."},
	}
	file := filepath.Join(o.dir, "photo.jpg")
	self, err := os.Executable()
	if err != nil {
		return s, err
	}
	// In a process of its own: a child's peak memory begins with that of whoever started it, so this one stays small.
	if out, err := exec.Command(self, "-serve", "camera:"+file).CombinedOutput(); err != nil {
		return s, fmt.Errorf("%w: %.300s", err, out)
	}
	ours, mine, err := median(func() *exec.Cmd { return onCore(0, self, "-serve", "press:"+file) })
	if err != nil {
		return s, err
	}
	out := filepath.Join(o.dir, "full.jpg")
	small := filepath.Join(o.dir, "thumb.jpg")
	vips := vipsThumbnail + " " + file + " --size 1600 -o " + out + "[Q=82,strip] && " + vipsThumbnail + " " + out + " --size 320 -o " + small + "[Q=75,strip]"
	theirs, their, err := median(func() *exec.Cmd {
		cmd := onCore(0, "sh", "-c", vips)
		cmd.Env = append(os.Environ(), "VIPS_CONCURRENCY=1")
		return cmd
	})
	if err != nil {
		return s, fmt.Errorf("libvips: %w", err)
	}
	s.Rows = []row{
		{"time of one photo", ours.Round(time.Millisecond).String(), theirs.Round(time.Millisecond).String(), fmt.Sprintf("%.1f ×", ours.Seconds()/theirs.Seconds()), "reported", ""},
		{"peak memory of one photo", fmt.Sprint(mine, " MB"), fmt.Sprint(their, " MB"), fmt.Sprintf("%.1f ×", float64(mine)/float64(their)), "reported", ""},
	}
	held, most, err := slow(ctx, o)
	s.Rows = append(s.Rows, row{fmt.Sprintf("resident memory with %d of %d slow uploads held", held, slowUploads), fmt.Sprint(most, " MB"), "", "", fmt.Sprint("≤ ", memoryGoal, " MB"), met(most <= memoryGoal && held == slowUploads)})
	return s, err
}

// camera is a picture with as much in it as one of a phone: about 3 MB.
func camera() []byte {
	random := rand.New(rand.NewPCG(1, 2))
	m := image.NewRGBA(image.Rect(0, 0, 4000, 3000))
	for y := range 3000 {
		for x := range 4000 {
			noise := random.IntN(24)
			m.SetRGBA(x, y, color.RGBA{uint8((x/16 + noise) % 256), uint8((y/12 + noise) % 256), uint8((x*y/40_000 + noise) % 256), 255})
		}
	}
	var b bytes.Buffer
	jpeg.Encode(&b, m, &jpeg.Options{Quality: 85}) // a buffer cannot refuse
	return b.Bytes()
}

// median runs a process several times and tells the middle of its time, and of its peak memory in MB.
func median(command func() *exec.Cmd) (time.Duration, int64, error) {
	var times []time.Duration
	var peaks []int64
	for range photoRounds {
		cmd := command()
		began := time.Now()
		if out, err := cmd.CombinedOutput(); err != nil {
			return 0, 0, fmt.Errorf("%w: %.300s", err, out)
		}
		times = append(times, time.Since(began))
		peaks = append(peaks, cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss/1024)
	}
	slices.Sort(times)
	slices.Sort(peaks)
	return times[photoRounds/2], peaks[photoRounds/2], nil
}

// upload is a photo that somebody sends slowly.
type upload struct {
	account int64
	id      string
}

// slow holds many uploads and tells how many the program took, and its peak memory.
func slow(ctx context.Context, o options) (held, most int, err error) {
	dir, err := os.MkdirTemp("", "linli-bench-")
	if err != nil {
		return 0, 0, err
	}
	defer os.RemoveAll(dir)
	place := storage.Options{Dir: dir, FastUnsafe: true}
	if _, err := storagetest.Fill(ctx, place, storagetest.Filling{Tickets: 5000, PhotosPerTicket: 1, Now: models.UTC(time.Now())}); err != nil {
		return 0, 0, err
	}
	uploads, err := listed(ctx, dir)
	if err != nil {
		return 0, 0, err
	}
	p, err := startProgram(ctx, o, dir, "")
	if err != nil {
		return 0, 0, err
	}
	defer p.stop()
	sign, err := tokens()
	if err != nil {
		return 0, 0, err
	}
	var all sync.WaitGroup
	var mu sync.Mutex
	until := time.Now().Add(30 * time.Second)
	for _, u := range uploads {
		token, _, err := sign.MakeToken(models.Access{AccountID: u.account, SessionID: u.account}, nil)
		if err != nil {
			return 0, 0, err
		}
		all.Go(func() {
			if trickle(p.url, token, u, until) {
				mu.Lock()
				held++
				mu.Unlock()
			}
		})
		time.Sleep(2 * time.Millisecond)
	}
	all.Wait()
	_, most = p.resident()
	return held, most, nil
}

// listed are photos that residents have listed, at most four of one person.
func listed(ctx context.Context, dir string) (all []upload, err error) {
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "linli.db"))
	if err != nil {
		return nil, err
	}
	defer db.Close()
	found, err := db.QueryContext(ctx, `SELECT author_id, client_id FROM (SELECT author_id, client_id, row_number() OVER (PARTITION BY author_id ORDER BY id) AS n FROM photos) WHERE n <= 4 LIMIT ?`, slowUploads)
	if err != nil {
		return nil, err
	}
	defer found.Close()
	for found.Next() {
		var u upload
		if err := found.Scan(&u.account, &u.id); err != nil {
			return nil, err
		}
		all = append(all, u)
	}
	return all, found.Err()
}

// trickle sends a photo a little at a time and reports whether the program was still listening at the end.
func trickle(url, token string, u upload, until time.Time) bool {
	c, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
	if err != nil {
		return false
	}
	defer c.Close()
	fmt.Fprintf(c, "PUT /api/v1/photos/%s HTTP/1.1\r\nHost: linli\r\nAuthorization: Bearer %s\r\nX-Real-IP: 10.8.%d.%d\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n", u.id, token, u.account/250%250, u.account%250, slowBytes)
	chunk := make([]byte, 5000)
	for time.Now().Before(until) {
		if _, err := c.Write(chunk); err != nil {
			return false
		}
		// An answer before the end is a refusal.
		c.SetReadDeadline(time.Now().Add(time.Second))
		if n, _ := c.Read(make([]byte, 1)); n > 0 {
			return false
		}
	}
	return true
}
