package catchup_test

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"comptoir/core/civil"
	"comptoir/office/officetest"
)

const crashFile = "COMPTOIR_CATCHUP_CRASH" // tells the test binary to be the one that is killed

// Killed over and over in the middle of a catch-up, at any instruction: every period is
// made once, whatever was in hand.
func TestKilledInTheMiddle(t *testing.T) {
	t.Parallel()
	path, templates := lay(t)
	rng := rand.New(rand.NewPCG(3, uint64(time.Now().UnixNano())))
	kills := 0
	for done := false; !done; {
		if kills > 500 {
			t.Fatal("it does not come to an end")
		}
		cmd := exec.Command(os.Args[0], "-test.run=^TestBeKilled$")
		cmd.Env = append(os.Environ(), crashFile+"="+path)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		last, told, before := 1+rng.IntN(12), 0, kills
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if lines.Text() == "all done" {
				done = true
			} else if strings.HasPrefix(lines.Text(), "look ") {
				continue
			}
			if told++; told == last && !done {
				for range rng.IntN(2_000) * 1_000 { // some instructions further, of work and not of sleep
					last = max(last, 1)
				}
				if err := cmd.Process.Kill(); err != nil {
					t.Fatal(err)
				}
				kills++
			}
		}
		if err := cmd.Wait(); done && err != nil {
			if kills == before {
				t.Fatal(err)
			}
			done = false // killed with its last words already on their way: the next one says them again
		}
	}
	t.Logf("killed %d times", kills)
	if kills < 5 {
		t.Errorf("killed %d times only", kills)
	}
	prove(t, path, templates, crashDay)
}

var crashDay = civil.MustParse("2027-01-20")

// TestBeKilled is the program that is killed; without its variable it does nothing.
func TestBeKilled(t *testing.T) {
	path := os.Getenv(crashFile)
	if path == "" {
		t.Skip("run by TestKilledInTheMiddle")
	}
	w := &officetest.Wall{Clock: time.Now}
	w.Set(crashDay.Time().Add(10 * time.Hour))
	p := start(t, path, w, uint64(time.Now().UnixNano()))
	if err := p.catchup.Pass(ctx); err != nil {
		t.Fatal(err)
	}
	for list := ids(t, p.catchup); len(list) > 0; list = ids(t, p.catchup) {
		if err := p.catchup.Settle(ctx, staff, list[:1], false); err != nil {
			t.Fatal(err)
		}
		progress := finish(t, p.catchup)
		if len(progress.Results) != 1 || progress.Results[0].Fault != nil {
			t.Fatalf("%+v", progress)
		}
		fmt.Println("made", progress.Results[0].Key)
	}
	if err := p.catchup.Pass(ctx); err != nil { // what waited behind them
		t.Fatal(err)
	}
	p.stop(t)
	fmt.Println("all done")
}
