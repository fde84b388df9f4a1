package app_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"comptoir/app"
	"comptoir/core/actor"
	"comptoir/db/dbtest"
	"comptoir/office/access"
	"comptoir/office/company"
	"comptoir/office/users"
)

const (
	peopleFolder = "COMPTOIR_CRASH_USERS" // tells the test binary to be the one that is killed,
	peopleFrom   = "COMPTOIR_CRASH_USERS_FROM"
	peopleKnown  = "COMPTOIR_CRASH_USERS_KNOWN" // and with which passwords it goes on

	peopleLives = 60 // at most
	peopleMade  = 40 // users, at most, of one life
	peopleThird = "u-third@atelier.example"
)

// peopleHeirs are those two between whom the principal's role goes to and fro.
var peopleHeirs = [2]string{"u-first@atelier.example", "u-second@atelier.example"}

func passwordOf(n int) string { return fmt.Sprintf("Un-Bon-Mot-de-Passe-%d", n) }

// atPlace is a place of its own for each try, so that none waits for another's wrong password.
func atPlace(n *int) users.From {
	*n++
	return users.From{Door: users.Window, Address: fmt.Sprintf("10.%d.%d.%d", os.Getpid()%250, *n/250, *n%250), UserAgent: "test"}
}

// Killed again and again while users are made, passwords changed, the principal's role handed to and fro and
// sessions ended: what was acknowledged holds after each start, and what was under way holds whole or not at all.
func TestKilledWhileUsersChange(t *testing.T) {
	t.Parallel()
	x := &people{T: t, folder: filepath.Join(t.TempDir(), "company"), number: map[string]int{}, heir: peopleHeirs[0]}
	x.prepare()
	deaths := 0
	for ; deaths < peopleLives && (deaths < 12 || !x.enough()); deaths++ {
		x.life(deaths%7, deaths)
		x.prove()
		if t.Failed() {
			t.Fatalf("after %d deaths", deaths+1)
		}
	}
	if !x.enough() {
		t.Errorf("too little was at stake: %s", x.sum())
	}
	t.Logf("%s, %d deaths", x.sum(), deaths)
}

// people is what was acknowledged of the users of a firm, over the lives of a program.
type people struct {
	*testing.T
	folder          string
	made            int            // users 0…made-1 are acknowledged
	number          map[string]int // of the password of each heir
	heir            string         // the principal
	ended           []string       // tokens of sessions
	open            string         // the act that was announced and not acknowledged: "" for none
	changed, handed int
	places          int
}

func (x *people) sum() string {
	return fmt.Sprintf("%d users, %d passwords, %d times handed over, %d sessions ended", x.made, x.changed, x.handed, len(x.ended))
}

func (x *people) enough() bool {
	return x.made >= 50 && x.changed >= 6 && x.handed >= 4 && len(x.ended) >= 20
}

func (x *people) must(err error) {
	x.Helper()
	if err != nil {
		x.Fatal(err)
	}
}

// prepare makes a company of a principal and two delegates, each with a password.
func (x *people) prepare() {
	x.Helper()
	ctx := x.Context()
	h, err := app.OpenHouse(ctx, app.HouseOptions{Folder: x.folder, Create: true})
	x.must(err)
	x.must(h.Company.Create(ctx, actor.Shell("fr"), company.Create{Name: "Atelier", Country: "FR", Language: "fr", Email: peopleHeirs[0]}))
	who, err := h.Users.Lone(ctx)
	x.must(err)
	s, err := h.Users.ChangePassword(ctx, who, users.PasswordChange{Password: passwordOf(0), Again: passwordOf(0)}, atPlace(&x.places))
	x.must(err)
	for _, email := range []string{peopleHeirs[1], peopleThird} {
		made, err := h.Users.Create(ctx, s.Actor, users.Form{Name: "Alix", Email: email, Language: "fr", Role: actor.Delegate}, "key-of-"+email)
		x.must(err)
		_, err = h.Users.ChoosePassword(ctx, h.Users.Token(made.Link), passwordOf(0), passwordOf(0), atPlace(&x.places))
		x.must(err)
	}
	x.must(h.Close(ctx))
}

// life starts the program, lets it acknowledge so many acts of the heirs, and kills it on its way to the next
// ones: however slow the machine, each life gets that far.
func (x *people) life(acts, n int) {
	x.Helper()
	known := fmt.Sprint(x.number[peopleHeirs[0]], " ", x.number[peopleHeirs[1]], " ", n)
	cmd := exec.Command(os.Args[0], "-test.run=^TestBeKilledWithUsers$")
	cmd.Env = append(os.Environ(), peopleFolder+"="+x.folder, peopleFrom+"="+strconv.Itoa(max(x.made-1, 0)), peopleKnown+"="+known)
	in, err := cmd.StdinPipe() // it ends with us
	x.must(err)
	out, err := cmd.StdoutPipe()
	x.must(err)
	var problems strings.Builder
	cmd.Stderr = &problems
	x.must(cmd.Start())
	x.open = ""
	lines, killed := bufio.NewScanner(out), false
	for lines.Scan() {
		if x.hears(lines.Text()) {
			acts--
		}
		if acts < 0 && !killed {
			killed = true
			go func() {
				longer := 0
				for range rand.IntN(1 << (10 + rand.IntN(16))) { // up to some tens of milliseconds, of work and not of sleep
					longer = max(longer, 1)
				}
				_ = cmd.Process.Kill()
			}()
		}
	}
	_ = in.Close()
	if err := cmd.Wait(); err == nil || !strings.Contains(err.Error(), "killed") {
		x.Fatalf("ended by itself: %v\n%s", err, problems.String())
	}
}

// hears keeps what the program said, and tells whether it was an act of the heirs.
func (x *people) hears(line string) bool {
	what, rest, _ := strings.Cut(line, " ")
	switch what {
	case "made":
		n, err := strconv.Atoi(rest)
		x.must(err)
		x.made = max(x.made, n+1)
		return false
	case "begins":
		x.open = rest
		return false
	case "password":
		x.number[rest]++
		x.changed++
	case "principal":
		x.heir = rest
		x.handed++
	case "ended":
		x.ended = append(x.ended, strings.Fields(rest)...)
	case "up":
		return true
	default:
		x.Errorf("it said %q", line)
	}
	x.open = ""
	return true
}

// prove opens the company as the next start does, and looks at all that was acknowledged.
func (x *people) prove() {
	x.Helper()
	ctx := x.Context()
	h, err := app.OpenHouse(ctx, app.HouseOptions{Folder: x.folder})
	x.must(err)
	defer shut(x.T, h)
	raw := dbtest.Raw(x.T, filepath.Join(x.folder, "comptoir.db"))
	defer func() { _ = raw.Close() }()
	act, of, _ := strings.Cut(x.open, " ")
	principals := dbtest.Strings(x.T, raw, "SELECT email FROM users WHERE role = 'principal' AND state = 'active'")
	if len(principals) == 1 && act == "principal" && principals[0] == of {
		x.heir = of // done, though nobody was told
	}
	if n := dbtest.Int(x.T, raw, "SELECT count(*) FROM users WHERE role = 'principal'"); n != 1 || len(principals) != 1 || principals[0] != x.heir {
		x.Errorf("the principal is %v, of %d; acknowledged is %s", principals, n, x.heir)
	}
	for n := range x.made {
		if got := dbtest.Int(x.T, raw, "SELECT count(*) FROM users WHERE email = ? AND state = 'active'", mailOf(n)); got != 1 {
			x.Errorf("user %d was acknowledged and is there %d times", n, got)
		}
	}
	if n := dbtest.Int(x.T, raw, "SELECT count(*) - count(DISTINCT email) FROM users"); n != 0 {
		x.Errorf("%d users are there twice", n)
	}
	for _, email := range peopleHeirs {
		x.signsIn(h, email, act == "password" && of == email)
	}
	for _, token := range x.ended {
		if _, err := h.Users.Resume(ctx, token, users.From{Door: users.Window}); !errors.Is(err, users.ErrSignInNeeded) {
			x.Errorf("an ended session: %v", err)
		}
	}
	if r, err := h.Check(ctx, actor.Shell("fr"), "fr"); err != nil || !r.Sound {
		x.Errorf("%v %v", r.Faults, err)
	}
}

// signsIn proves that one password signs in: the one acknowledged last, or, of a change that was under way,
// the new one alone.
func (x *people) signsIn(h *app.House, email string, underWay bool) {
	x.Helper()
	fits := func(n int) bool {
		s, err := h.Users.SignIn(x.Context(), email, passwordOf(n), atPlace(&x.places))
		if err != nil && !errors.Is(err, access.ErrSignIn) {
			x.Fatal(err)
		}
		if err != nil {
			return false
		}
		if who, err := h.Users.Resume(x.Context(), s.Token, users.From{Door: users.Window}); err != nil || who.Name == "" {
			x.Errorf("%s signed in: %+v %v", email, who, err)
		}
		x.must(h.Users.SignOut(x.Context(), s.Actor))
		x.ended = append(x.ended, s.Token)
		return true
	}
	n := x.number[email]
	if underWay && fits(n+1) {
		n++
		x.number[email] = n
	} else if !fits(n) {
		x.Errorf("%s: the password %d does not sign in", email, n)
	}
	if n > 0 && fits(n-1) {
		x.Errorf("%s: the password before %d signs in", email, n)
	}
}

func mailOf(n int) string { return fmt.Sprintf("u%04d@atelier.example", n) }

// TestBeKilledWithUsers is the program: a delegate makes users, beside the two who hand the firm to and fro.
func TestBeKilledWithUsers(t *testing.T) {
	folder := os.Getenv(peopleFolder)
	if folder == "" {
		t.Skip("only a part of TestKilledWhileUsersChange")
	}
	h, err := app.OpenHouse(t.Context(), app.HouseOptions{Folder: folder})
	if err != nil {
		t.Fatal(err)
	}
	x := &heirs{House: h, number: map[string]int{}}
	var a, b, life int
	if _, err := fmt.Sscan(os.Getenv(peopleKnown), &a, &b, &life); err != nil {
		t.Fatal(err)
	}
	maps.Copy(x.number, map[string]int{peopleHeirs[0]: a, peopleHeirs[1]: b})
	from, err := strconv.Atoi(os.Getenv(peopleFrom))
	if err != nil {
		t.Fatal(err)
	}
	third, err := h.Users.SignIn(t.Context(), peopleThird, passwordOf(0), atPlace(&x.places))
	if err != nil {
		t.Fatal(err)
	}
	tell("up")
	go func() {
		for n := from; n < from+peopleMade; n++ { // the one acknowledged last once more, under its key
			if _, err := h.Users.Create(t.Context(), third.Actor, users.Form{Name: fmt.Sprint("Camille ", n), Email: mailOf(n), Language: "fr", Role: actor.Sales}, fmt.Sprintf("key-of-user-%04d", n)); err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(3)
			}
			tell("made %d", n)
		}
	}()
	for n := life; ; n++ {
		if err := x.act(t.Context(), n); err != nil {
			t.Fatal(err)
		}
	}
}

// heirs are the two at their desks.
type heirs struct {
	*app.House
	number map[string]int
	places int
}

// act does one of the three things: each is announced, done and acknowledged.
func (x *heirs) act(ctx context.Context, n int) error {
	list, err := x.Users.List(ctx, actor.Shell("fr"))
	if err != nil {
		return err
	}
	var is, other users.User
	for _, u := range list {
		switch {
		case u.Role == actor.Principal:
			is = u
		case u.Email == peopleHeirs[0] || u.Email == peopleHeirs[1]:
			other = u
		}
	}
	s, err := x.Users.SignIn(ctx, is.Email, passwordOf(x.number[is.Email]), atPlace(&x.places))
	if err != nil {
		return err
	}
	password := passwordOf(x.number[is.Email])
	switch n % 3 {
	case 0:
		tell("begins principal %s", other.Email)
		if err := x.Users.HandOver(ctx, s.Actor, other.PublicID, password, "key-of-"+s.Token); err != nil {
			return err
		}
		tell("principal %s", other.Email)
	case 1:
		next := passwordOf(x.number[is.Email] + 1)
		tell("begins password %s", is.Email)
		if _, err := x.Users.ChangePassword(ctx, s.Actor, users.PasswordChange{Old: password, Password: next, Again: next}, atPlace(&x.places)); err != nil {
			return err
		}
		x.number[is.Email]++
		tell("password %s", is.Email)
		tell("ended %s", s.Token)
	default:
		return x.ends(ctx, s, is.Email, password)
	}
	return nil
}

// ends opens one more session, ends it from the first one, and then all others, and itself.
func (x *heirs) ends(ctx context.Context, s users.Session, email, password string) error {
	further, err := x.Users.SignIn(ctx, email, password, atPlace(&x.places))
	if err != nil {
		return err
	}
	list, err := x.Users.Sessions(ctx, further.Actor)
	if err != nil {
		return err
	}
	for _, o := range list {
		if o.Current {
			if err := x.Users.EndSession(ctx, s.Actor, o.PublicID); err != nil {
				return err
			}
			tell("ended %s", further.Token)
		}
	}
	if further, err = x.Users.SignIn(ctx, email, password, atPlace(&x.places)); err != nil {
		return err
	}
	if err := x.Users.EndOthers(ctx, s.Actor); err != nil {
		return err
	}
	tell("ended %s", further.Token)
	if err := x.Users.SignOut(ctx, s.Actor); err != nil {
		return err
	}
	tell("ended %s", s.Token)
	return nil
}
