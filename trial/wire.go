package main

import (
	"net"
	"sync"
	"time"
)

// wire passes bytes on, each a while after it came: the distance to another house.
type wire struct {
	listener net.Listener
	late     time.Duration
	mu       sync.Mutex
	through  []net.Conn
}

func openWire(target string, late time.Duration) (*wire, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	l := &wire{listener: listener, late: late}
	go func() {
		for {
			in, err := listener.Accept()
			if err != nil {
				return
			}
			out, err := net.Dial("tcp", target)
			if err != nil {
				in.Close()
				continue
			}
			l.mu.Lock()
			l.through = append(l.through, in, out)
			l.mu.Unlock()
			go l.pass(out, in)
			go l.pass(in, out)
		}
	}()
	return l, nil
}

func (l *wire) port() string {
	_, port, _ := net.SplitHostPort(l.listener.Addr().String())
	return port
}

// piece is what came, and when it may go on.
type piece struct {
	data []byte
	due  time.Time
}

// pass ends both ways when one side ends: what is still on the way is lost with the house it came from.
func (l *wire) pass(to, from net.Conn) {
	pieces := make(chan piece, 1000)
	go func() {
		for p := range pieces {
			time.Sleep(time.Until(p.due))
			to.Write(p.data)
		}
	}()
	defer to.Close()
	defer close(pieces)
	for {
		b := make([]byte, 32<<10)
		n, err := from.Read(b)
		if n > 0 {
			pieces <- piece{b[:n], time.Now().Add(l.late)}
		}
		if err != nil {
			return
		}
	}
}

func (l *wire) close() {
	l.listener.Close()
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, c := range l.through {
		c.Close()
	}
}
