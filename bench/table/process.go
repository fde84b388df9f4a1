package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// process is a program under measure.
type process struct {
	cmd *exec.Cmd
	url string
}

// start runs a program until it prints its address behind word.
func start(ctx context.Context, word, program string, args ...string) (*process, error) {
	p := &process{cmd: exec.CommandContext(ctx, program, args...)} // #nosec G204 -- the binaries of this repository
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	var problems strings.Builder
	p.cmd.Stderr = &problems
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if url, found := strings.CutPrefix(lines.Text(), word+" "); found {
			p.url = url
			go func() { _, _ = io.Copy(io.Discard, out) }()
			return p, nil
		}
	}
	return nil, errors.Join(fmt.Errorf("%s told no address: %s", program, problems.String()), p.cmd.Wait())
}

func (p *process) stop() error {
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	if err := p.cmd.Wait(); err != nil && p.cmd.ProcessState.Exited() {
		return err
	}
	return nil
}

// cpu is the processor time of all threads so far, to the nanosecond.
func (p *process) cpu() (sum time.Duration, err error) {
	names, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", p.cmd.Process.Pid))
	if err != nil || len(names) == 0 {
		return 0, errors.Join(err, errors.New("no /proc of the program"))
	}
	for _, name := range names {
		b, err := os.ReadFile(name) // #nosec G304 -- of /proc
		if errors.Is(err, os.ErrNotExist) || errors.Is(err, syscall.ESRCH) {
			continue // a thread that ended
		}
		if err != nil {
			return 0, err
		}
		n, err := strconv.ParseInt(strings.Fields(string(b))[0], 10, 64)
		if err != nil {
			return 0, err
		}
		sum += time.Duration(n)
	}
	return sum, nil
}

// memory is what the program holds in megabytes: all that is resident, and of it what is
// its own and not the file of the binary.
func (p *process) memory() (string, error) {
	kb, err := p.status()
	return fmt.Sprintf("%.0f (%.0f own)", kb["VmRSS:"]/1024, kb["RssAnon:"]/1024), err
}

// resident is what it holds of its own in kilobytes.
func (p *process) resident() (float64, error) {
	kb, err := p.status()
	return kb["RssAnon:"], err
}

func (p *process) status() (map[string]float64, error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		return nil, err
	}
	kb := map[string]float64{}
	for line := range strings.Lines(string(b)) {
		if f := strings.Fields(line); len(f) == 3 {
			if n, err := strconv.ParseFloat(f[1], 64); err == nil {
				kb[f[0]] = n
			}
		}
	}
	return kb, nil
}

// timed runs a program to its end.
func timed(ctx context.Context, program string, args ...string) (cpu, wall time.Duration, err error) {
	cmd := exec.CommandContext(ctx, program, args...) // #nosec G204 -- the binaries of this repository
	cmd.Stderr = os.Stderr
	began := time.Now()
	if err := cmd.Run(); err != nil {
		return 0, 0, err
	}
	return cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), time.Since(began), nil
}

// output runs a program and gives what it prints.
func output(ctx context.Context, program string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, program, args...) // #nosec G204 -- the binaries of this repository
	cmd.Stderr = os.Stderr
	b, err := cmd.Output()
	return strings.TrimSpace(string(b)), err
}
