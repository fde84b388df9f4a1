package bench_test

import (
	"context"
	"fmt"
	"os"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"comptoir/app"
	"comptoir/bench"
)

var ctx = context.Background()

// company opens a kept company. Only the smallest is made here: a look at all benchmarks
// must not take minutes; bench/run.sh makes the others.
func company(b *testing.B, n int, own bool) *app.House {
	b.Helper()
	folder, err := bench.Folder(n)
	if _, missing := os.Stat(folder); missing != nil && n > bench.Sizes[0] {
		b.Skipf("no company of %d yet: bench/run.sh makes it", n)
	}
	if err == nil {
		folder, _, err = bench.Company(ctx, n)
	}
	if err == nil && own {
		target := b.TempDir()
		err = bench.Copy(folder, target)
		folder = target
	}
	if err != nil {
		b.Fatal(err)
	}
	h, err := app.OpenHouse(ctx, app.HouseOptions{Folder: folder, Clock: bench.Clock})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := h.Close(ctx); err != nil {
			b.Error(err)
		}
	})
	return h
}

// BenchmarkReads are the works of the window that change nothing, at the three sizes.
func BenchmarkReads(b *testing.B) {
	for _, n := range bench.Sizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			h := company(b, n, false)
			for _, w := range bench.Reads(h) {
				b.Run(w.Name, func(b *testing.B) {
					for b.Loop() {
						if err := w.Do(ctx); err != nil {
							b.Fatal(err)
						}
					}
				})
			}
		})
	}
}

// BenchmarkIssue issues drafts by 1, 8 and 64 callers, durably.
func BenchmarkIssue(b *testing.B) {
	for _, callers := range []int{1, 8, 64} {
		b.Run(fmt.Sprintf("callers %d", callers), func(b *testing.B) {
			h := company(b, 1_000, true)
			customer, err := bench.Customer(ctx, h)
			if err != nil {
				b.Fatal(err)
			}
			ready, err := bench.Drafts(ctx, h, customer, b.N)
			if err != nil {
				b.Fatal(err)
			}
			var next atomic.Int64
			b.SetParallelism(max(1, callers/4)) // times GOMAXPROCS
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if err := bench.IssueOne(ctx, h, ready[next.Add(1)-1]); err != nil {
						b.Error(err)
						return
					}
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "issued/s")
		})
	}
}

// BenchmarkPDF draws invoices of the demo.
func BenchmarkPDF(b *testing.B) {
	h := company(b, 1_000, false)
	draw, err := bench.Papers(ctx, h)
	if err != nil {
		b.Fatal(err)
	}
	var bytes int
	i := 0
	for b.Loop() {
		n, err := draw(i)
		if err != nil {
			b.Fatal(err)
		}
		bytes += n
		i++
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "papers/s")
	b.ReportMetric(float64(bytes)/float64(b.N)/1024, "KB")
}

// BenchmarkContracts are the works on contracts that change nothing, in copies of the smallest company with 1 000, 10 000
// and 100 000 contracts.
func BenchmarkContracts(b *testing.B) {
	for _, n := range bench.Sizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			source, _, err := bench.Company(ctx, bench.Sizes[0])
			target := b.TempDir()
			if err == nil {
				err = bench.Copy(source, target)
			}
			if err == nil {
				err = bench.Contracts(ctx, target, n)
			}
			if err != nil {
				b.Fatal(err)
			}
			h, err := app.OpenHouse(ctx, app.HouseOptions{Folder: target, Clock: bench.Clock})
			if err != nil {
				b.Fatal(err)
			}
			b.Cleanup(func() {
				if err := h.Close(ctx); err != nil {
					b.Error(err)
				}
			})
			for _, w := range bench.ContractReads(h) {
				b.Run(w.Name, func(b *testing.B) {
					before := cpu()
					for b.Loop() {
						if err := w.Do(ctx); err != nil {
							b.Fatal(err)
						}
					}
					b.ReportMetric(float64((cpu()-before).Microseconds())/1000/float64(b.N), "cpu-ms/op")
				})
			}
		})
	}
}

// cpu is what the process has used: on a machine with others on it, the figure to compare.
func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
