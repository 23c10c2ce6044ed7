package main

import (
	"context"
	"io"
	"net"
	"net/url"
	"slices"
	"sync"

	"github.com/jackc/pgx/v5/pgproto3"
)

// ear stands between a program and Postgres and writes down every statement that is asked. The program is made to write
// its values into the statements, so that they can be asked again as they are.
type ear struct {
	mu       sync.Mutex
	heard    []said
	lines    int
	listener net.Listener
}

// said is one statement and the connection that it came by.
type said struct {
	line      int
	statement string
}

// listenAt returns an address of the same database that leads through an ear.
func listenAt(address string) (*ear, string, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, "", err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, "", err
	}
	e := &ear{listener: l}
	go e.serve(u.Host)
	u.Host = l.Addr().String()
	q := u.Query()
	q.Set("sslmode", "disable")
	q.Set("default_query_exec_mode", "simple_protocol")
	u.RawQuery = q.Encode()
	return e, u.String(), nil
}

func (e *ear) close() { e.listener.Close() }

// since is what was heard after the first n, and how much was heard in all.
func (e *ear) since(n int) ([]said, int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.heard[n:]), len(e.heard)
}

func (e *ear) serve(server string) {
	for {
		client, err := e.listener.Accept()
		if err != nil {
			return
		}
		go e.stand(client, server)
	}
}

// stand hands on what both sides say until one of them goes.
func (e *ear) stand(client net.Conn, address string) {
	defer client.Close()
	server, err := (&net.Dialer{}).DialContext(context.Background(), "tcp", address)
	if err != nil {
		return
	}
	defer server.Close()
	from, to := pgproto3.NewBackend(client, client), pgproto3.NewFrontend(server, server)
	first, err := from.ReceiveStartupMessage()
	if err != nil {
		return
	}
	e.mu.Lock()
	e.lines++
	line := e.lines
	e.mu.Unlock()
	to.Send(first)
	go answer(from, to, client)
	for to.Flush() == nil {
		message, err := from.Receive()
		if err != nil {
			return
		}
		if q, ok := message.(*pgproto3.Query); ok {
			e.mu.Lock()
			e.heard = append(e.heard, said{line, q.String})
			e.mu.Unlock()
		}
		to.Send(message)
	}
}

// answer hands on what the server says. The server says in which of several ways a password is to be sent.
func answer(from *pgproto3.Backend, to *pgproto3.Frontend, client io.Closer) {
	defer client.Close()
	for {
		message, err := to.Receive()
		if err != nil {
			return
		}
		switch message.(type) {
		case *pgproto3.AuthenticationSASL:
			err = from.SetAuthType(pgproto3.AuthTypeSASL)
		case *pgproto3.AuthenticationSASLContinue:
			err = from.SetAuthType(pgproto3.AuthTypeSASLContinue)
		}
		from.Send(message)
		if err != nil || from.Flush() != nil {
			return
		}
	}
}
