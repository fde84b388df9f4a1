package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"comptoir/app"
	"comptoir/bench"
)

// inside times the works of the window within this process.
func (t *table) inside(ctx context.Context, n int, folder string) (err error) {
	h, err := app.OpenHouse(ctx, app.HouseOptions{Folder: folder, Clock: bench.Clock})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.Close(ctx)) }()
	for _, w := range bench.Reads(h) {
		var failed error
		r := testing.Benchmark(func(b *testing.B) {
			for b.Loop() {
				if failed = w.Do(ctx); failed != nil {
					return
				}
			}
		})
		if failed != nil {
			return fmt.Errorf("%s: %w", w.Name, failed)
		}
		t.row(w.Name, "ms", w.Goal).cells[n] = fmt.Sprintf("%.2f", float64(r.NsPerOp())/1e6)
	}
	floors, err := bench.Floors(ctx, folder)
	if err != nil {
		return err
	}
	for name, took := range floors {
		t.row(name, "ms", "").floor[n] = fmt.Sprintf("%.2f", float64(took.Microseconds())/1000)
	}
	return t.papers(ctx, n, h)
}

func (t *table) papers(ctx context.Context, n int, h *app.House) error {
	draw, err := bench.Papers(ctx, h)
	if err != nil {
		return err
	}
	var bytes, count int
	began := time.Now()
	for time.Since(began) < time.Second {
		size, err := draw(count)
		if err != nil {
			return err
		}
		bytes += size
		count++
	}
	t.row("PDF of one invoice, one core", "a second; KB", "≥ 70, aim 500; < 60 KB").cells[n] = fmt.Sprintf("%.0f; %.0f", float64(count)/time.Since(began).Seconds(), float64(bytes)/float64(count)/1024)
	return nil
}

// issuing issues drafts durably by 1, 8 and 64 callers, in a copy of the largest company.
func (t *table) issuing(ctx context.Context, n int) (err error) {
	source, err := bench.Folder(n)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp(filepath.Dir(source), "copy") // beside: the same disk
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if err := bench.Copy(source, dir); err != nil {
		return err
	}
	h, err := app.OpenHouse(ctx, app.HouseOptions{Folder: dir}) // today: the story that the command tells ends then, and nothing is issued before it
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.Close(ctx)) }()
	customer, err := bench.Customer(ctx, h)
	if err != nil {
		return err
	}
	for _, callers := range []int{1, 8, 64} {
		floor, err := output(ctx, t.floor, "-commits", "2000", "-callers", fmt.Sprint(callers))
		if err != nil {
			return err
		}
		const count = 1_280
		ready, err := bench.Drafts(ctx, h, customer, count)
		if err != nil {
			return err
		}
		var next, failed atomic.Int64
		var all sync.WaitGroup
		began := time.Now()
		for range callers {
			all.Go(func() {
				for i := next.Add(1) - 1; i < count; i = next.Add(1) - 1 {
					if bench.IssueOne(ctx, h, ready[i]) != nil {
						failed.Add(1)
					}
				}
			})
		}
		all.Wait()
		r := t.row(fmt.Sprintf("invoices issued, durable, %d callers", callers), "a second; failures", "≥ half the floor; 0")
		r.cells[0] = fmt.Sprintf("%.0f; %d", count/time.Since(began).Seconds(), failed.Load())
		r.floor[0] = floor
	}
	return nil
}
