package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"

	"linli/trial/built"
)

// cluster is a Postgres of our own, with its durability on, that may be stopped, killed and promoted.
type cluster struct {
	dir  string // data, log and socket; the account that runs Postgres owns it
	port string
	run  *process
}

// postgresPrograms finds initdb and the rest: Debian keeps them off the PATH.
func postgresPrograms() (string, error) {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if path, err := exec.LookPath("initdb"); err == nil {
		found = append(found, path)
	}
	if len(found) == 0 {
		return "", errors.New("Postgres is not installed; run .ci/tools.sh postgres")
	}
	slices.SortFunc(found, func(a, b string) int { return versionOf(a) - versionOf(b) })
	return filepath.Dir(found[len(found)-1]), nil
}

func versionOf(path string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path))))
	return n
}

// asPostgres makes a command run as an account that is not root: Postgres refuses root.
func asPostgres(cmd *exec.Cmd) (*exec.Cmd, error) {
	if os.Getuid() != 0 {
		return cmd, nil
	}
	account, err := user.Lookup("postgres")
	if err != nil {
		return nil, err
	}
	uid, _ := strconv.Atoi(account.Uid)
	gid, _ := strconv.Atoi(account.Gid)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
	return cmd, nil
}

// newFolder makes a folder for one cluster, short enough for a socket's path.
func newFolder() (string, error) {
	dir, err := os.MkdirTemp("/tmp", "linli-pg-")
	if err != nil || os.Getuid() != 0 {
		return dir, err
	}
	account, err := user.Lookup("postgres")
	if err != nil {
		return dir, err
	}
	uid, _ := strconv.Atoi(account.Uid)
	gid, _ := strconv.Atoi(account.Gid)
	return dir, os.Chown(dir, uid, gid)
}

func postgresTool(ctx context.Context, dir, name string, arguments ...string) error {
	programs, err := postgresPrograms()
	if err != nil {
		return err
	}
	cmd, err := asPostgres(exec.CommandContext(ctx, filepath.Join(programs, name), arguments...))
	if err != nil {
		return err
	}
	cmd.Dir = dir
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C.UTF-8"}
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", name, err, out)
	}
	return nil
}

// newCluster makes and starts an empty primary. Who connects over loopback is trusted: these data live for one trial.
func newCluster(ctx context.Context, settings ...string) (*cluster, error) {
	dir, err := newFolder()
	if err != nil {
		return nil, err
	}
	c := &cluster{dir: dir}
	err = postgresTool(ctx, dir, "initdb", "--no-sync", "--pgdata="+c.data(), "--username=linli", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8")
	if err == nil {
		err = c.start(ctx, settings...)
	}
	if err == nil {
		err = c.exec(ctx, "postgres", "CREATE DATABASE trial")
	}
	if err != nil {
		c.close()
		return nil, err
	}
	return c, nil
}

func (c *cluster) data() string { return filepath.Join(c.dir, "data") }

func (c *cluster) host() string { return "127.0.0.1:" + c.port }

// addressOf is the address of the trial's database on these clusters, any of which may be the primary.
func addressOf(clusters ...*cluster) string {
	var hosts []string
	for _, c := range clusters {
		hosts = append(hosts, c.host())
	}
	address := "postgres://linli@" + strings.Join(hosts, ",") + "/trial?sslmode=disable"
	if len(clusters) > 1 {
		address += "&target_session_attrs=read-write"
	}
	return address
}

// start starts Postgres on the port that it had, or a free one.
func (c *cluster) start(ctx context.Context, settings ...string) error {
	programs, err := postgresPrograms()
	if err != nil {
		return err
	}
	if c.port == "" {
		address, err := built.FreeAddress()
		if err != nil {
			return err
		}
		_, c.port, _ = net.SplitHostPort(address)
	}
	arguments := []string{"-D", c.data(), "-p", c.port}
	for _, s := range append([]string{"listen_addresses=127.0.0.1", "unix_socket_directories=" + c.dir, "max_connections=100", "timezone=UTC"}, settings...) {
		arguments = append(arguments, "-c", s)
	}
	cmd, err := asPostgres(exec.Command(filepath.Join(programs, "postgres"), arguments...))
	if err != nil {
		return err
	}
	cmd.Dir = c.dir
	if c.run, err = spawn(cmd, filepath.Join(c.dir, "log")); err != nil {
		return err
	}
	deadline := time.Now().Add(time.Minute)
	for time.Now().Before(deadline) && ctx.Err() == nil {
		if err = c.exec(ctx, "postgres", "SELECT 1"); err == nil {
			return nil
		}
		if !c.run.running() {
			return fmt.Errorf("Postgres ended by itself\n%s", tail(filepath.Join(c.dir, "log"), 2000))
		}
		time.Sleep(20 * time.Millisecond)
	}
	return fmt.Errorf("Postgres does not answer: %w", err)
}

// standby makes and starts a copy that follows c by streaming, through another port if need be.
func (c *cluster) standby(ctx context.Context, port, name string, settings ...string) (*cluster, error) {
	dir, err := newFolder()
	if err != nil {
		return nil, err
	}
	s := &cluster{dir: dir}
	err = postgresTool(ctx, dir, "pg_basebackup", "--pgdata="+s.data(), "--wal-method=stream", "--checkpoint=fast", "--no-sync", "--write-recovery-conf",
		"--dbname=host=127.0.0.1 port="+port+" user=linli application_name="+name)
	if err == nil {
		err = s.start(ctx, settings...)
	}
	if err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

// streams waits until a standby has caught up and follows.
func (c *cluster) streams(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	connection, err := c.connect(ctx, "postgres")
	if err != nil {
		return err
	}
	defer connection.Close(ctx)
	for {
		var followers int
		if err := connection.QueryRow(ctx, "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'").Scan(&followers); err != nil || followers > 0 {
			return err
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// exec runs one statement on a connection of its own.
func (c *cluster) exec(ctx context.Context, database, statement string, values ...any) error {
	connection, err := c.connect(ctx, database)
	if err != nil {
		return err
	}
	defer connection.Close(ctx)
	_, err = connection.Exec(ctx, statement, values...)
	return err
}

func (c *cluster) connect(ctx context.Context, database string) (*pgx.Conn, error) {
	return pgx.Connect(ctx, "postgres://linli@"+c.host()+"/"+database+"?sslmode=disable&connect_timeout=5")
}

// close ends it at once and takes its data away.
func (c *cluster) close() {
	if c.run != nil {
		c.run.stop(syscall.SIGQUIT)
	}
	os.RemoveAll(c.dir)
}
