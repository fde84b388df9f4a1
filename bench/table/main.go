// Command table prints the table of spec/performance for what exists: the production
// program under load over loopback, works inside the process, and the floor beside them in
// the same run, at 1 000, 10 000 and 100 000 documents.
//
// What lives here: starting the programs, the load, reading their processor time and
// memory from /proc, the table. What must not: thresholds; machines are noisy, and a figure
// is read by a person. Called by bench/run.sh.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"runtime"
	"strings"

	"comptoir/app"
	"comptoir/bench"
)

func main() {
	program := flag.String("program", "", "the production binary")
	floor := flag.String("floor", "", "the floor's binary")
	most := flag.Int("most", 100_000, "the largest company")
	flag.Parse()
	t := &table{program: *program, floor: *floor}
	if err := t.run(context.Background(), *most); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// table gathers figures: a row a work, a column a size.
type table struct {
	program, floor string
	sizes          []int
	rows           []row
}

type row struct {
	work, unit string
	cells      map[int]string // by size; 0 stands for all
	floor      map[int]string
	goal       string
}

func (t *table) row(work, unit, goal string) *row {
	for i := range t.rows {
		if t.rows[i].work == work {
			return &t.rows[i]
		}
	}
	t.rows = append(t.rows, row{work: work, unit: unit, goal: goal, cells: map[int]string{}, floor: map[int]string{}})
	return &t.rows[len(t.rows)-1]
}

func (t *table) run(ctx context.Context, most int) error {
	for _, n := range bench.Sizes {
		if n > most {
			continue
		}
		t.sizes = append(t.sizes, n)
		folder, err := t.company(ctx, n)
		if err != nil {
			return err
		}
		if err := t.load(ctx, n, folder); err != nil {
			return fmt.Errorf("load at %d: %w", n, err)
		}
		if err := t.inside(ctx, n, folder); err != nil {
			return fmt.Errorf("inside at %d: %w", n, err)
		}
	}
	if err := t.issuing(ctx, t.sizes[len(t.sizes)-1]); err != nil {
		return err
	}
	if err := t.streams(ctx, t.sizes[0]); err != nil {
		return fmt.Errorf("streams: %w", err)
	}
	if st, err := os.Stat(t.program); err == nil {
		t.row("size of the binary", "MB", "< 40").cells[0] = fmt.Sprintf("%.1f", float64(st.Size())/1e6)
	}
	t.print()
	return nil
}

// company makes the company by the program's own command where it is missing, and notes
// what that cost.
func (t *table) company(ctx context.Context, n int) (string, error) {
	folder, err := bench.Folder(n)
	if err != nil {
		return "", err
	}
	if _, err := os.Stat(folder); err == nil {
		t.row("comptoir demo", "s, once", "120 for 100 000").cells[n] = "kept"
		return folder, nil
	}
	cpu, wall, err := timed(ctx, t.program, "demo", "--data", folder, "--documents", fmt.Sprint(n))
	if err == nil {
		t.row("comptoir demo", "s, once", "120 for 100 000").cells[n] = fmt.Sprintf("%.1f (%.1f CPU)", wall.Seconds(), cpu.Seconds())
	}
	return folder, err
}

func (t *table) print() {
	fmt.Printf("\ncomptoir %s %s, schema %d, %s, %d processors, load %s\n\n", runtime.GOOS, runtime.GOARCH, app.Schema(), runtime.Version(), runtime.NumCPU(), loadAverage())
	head := "| work | unit |"
	line := "|---|---|"
	for _, n := range t.sizes {
		head += fmt.Sprintf(" %d | floor |", n)
		line += "---|---|"
	}
	fmt.Println(head + " goal |")
	fmt.Println(line + "---|")
	for _, r := range t.rows {
		out := "| " + r.work + " | " + r.unit + " |"
		for i, n := range t.sizes {
			cell, floor := r.cells[n], r.floor[n]
			if i == len(t.sizes)-1 {
				cell, floor = cell+r.cells[0], floor+r.floor[0]
			}
			out += fmt.Sprintf(" %s | %s |", dash(cell), dash(floor))
		}
		fmt.Println(out + " " + r.goal + " |")
	}
}

func dash(s string) string {
	if s == "" {
		return "—"
	}
	return s
}

func loadAverage() string {
	b, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	return strings.Fields(string(b))[0]
}
