package app_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"comptoir/app"
	"comptoir/core/actor"
	"comptoir/db"
	"comptoir/db/dbtest"
	"comptoir/office/access"
	"comptoir/office/chat"
	"comptoir/office/company"
	"comptoir/office/customers"
)

const (
	talkFolder = "COMPTOIR_CRASH_TALK"      // tells the test binary to be the one that is killed,
	talkFrom   = "COMPTOIR_CRASH_TALK_FROM" // and with what the firm goes on

	talkSaid    = 45  // messages of the contact; more in ten minutes are refused
	talkAnswers = 400 // messages of the firm, at most
	talkName    = "anne@port.example"
	talkWord    = "Un-Bon-Mot-de-Passe-1"
)

// Killed again and again while a contact writes in the portal and the firm writes at its desk: what either
// side was told has arrived is there, and what a browser sends once more with its key is there once.
func TestKilledWhileTalking(t *testing.T) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	x := &talker{T: t, folder: filepath.Join(t.TempDir(), "company"), browser: &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	x.prepare()
	deaths := 0
	for ; x.said.Load() < talkSaid && deaths < 100 && !t.Failed(); deaths++ {
		x.life(int64(rand.IntN(4))) // after so many more that were acknowledged: however slow the machine, each life gets that far
	}
	raw := dbtest.Raw(t, filepath.Join(x.folder, "comptoir.db"))
	defer func() { _ = raw.Close() }()
	for side, n := range map[string]int64{"contact": x.said.Load(), "firm": x.wrote} {
		for i := range n {
			if got := dbtest.Int(t, raw, "SELECT count(*) FROM conversation_messages WHERE side = ? AND body = ?", side, fmt.Sprint(side, " ", i)); got != 1 {
				t.Errorf("%s %d was acknowledged and is there %d times", side, i, got)
			}
		}
	}
	for what, query := range map[string]string{
		"messages twice":                 "SELECT count(*) FROM (SELECT 1 FROM conversation_messages GROUP BY side, body HAVING count(*) > 1)",
		"messages that nobody finds":     "SELECT count(*) FROM conversation_messages WHERE id NOT IN (SELECT rowid FROM conversation_fts)",
		"conversations counted wrong":    "SELECT count(*) FROM conversations c WHERE messages <> (SELECT count(*) FROM conversation_messages m WHERE m.conversation_id = c.id) OR last_message_id <> (SELECT max(id) FROM conversation_messages m WHERE m.conversation_id = c.id)",
		"answers that no mail waits for": "SELECT count(*) FROM conversation_messages m WHERE side = 'firm' AND NOT EXISTS (SELECT 1 FROM jobs j WHERE j.kind = 'chat.tell' AND j.key = 'chat.tell/' || m.id)",
	} {
		if n := dbtest.Int(t, raw, query); n != 0 {
			t.Errorf("%d %s", n, what)
		}
	}
	if r, err := app.CheckCompany(t.Context(), x.folder, "fr"); err != nil || !r.Sound {
		t.Errorf("%v %v", r.Faults, err)
	}
	if x.said.Load() < talkSaid || deaths < 8 || x.wrote < 5 {
		t.Errorf("too little was at stake: %d said, %d written, %d deaths", x.said.Load(), x.wrote, deaths)
	}
	t.Logf("%d said, %d written, %d deaths", x.said.Load(), x.wrote, deaths)
}

// talker is a contact at its browser, over the lives of a program.
type talker struct {
	*testing.T
	folder  string
	browser *http.Client
	path    string       // of the conversation
	said    atomic.Int64 // acknowledged to the contact,
	wrote   int64        // and to the firm
}

// prepare makes a company that chats, with a contact who has a password and began a conversation.
func (x *talker) prepare() {
	x.Helper()
	ctx, shell := x.Context(), actor.Shell("fr")
	h, err := app.OpenHouse(ctx, app.HouseOptions{Folder: x.folder, Create: true})
	x.must(err)
	x.must(h.Company.Create(ctx, shell, company.Create{Name: "Atelier", Country: "FR", Language: "fr", Email: "bonjour@atelier.example"}))
	set, err := h.Hours.Settings(ctx, shell)
	x.must(err)
	set.Enabled = true
	_, err = h.Hours.SaveSettings(ctx, shell, set)
	x.must(err)
	c, err := h.Customers.Save(ctx, shell, "key-of-the-customer", customers.Customer{Kind: "company", Name: "Hôtel", Language: "fr", Currency: "EUR", TaxRegime: "domestic", Country: "FR", Line1: "1 quai", Postcode: "35000", City: "Rennes", TermsDays: 30,
		Contacts: []customers.Contact{{Name: "Anne", Email: talkName, Language: "fr", IsPrimary: true, PortalAccess: true}}})
	x.must(err)
	var link int64
	x.must(h.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		link, err = h.Access.IssueLink(ctx, tx, c.Contacts[0].ID, 0, access.PasswordLink)
		return err
	}))
	path, err := h.Access.LinkPath(ctx, link)
	x.must(err)
	s, err := h.Access.ChoosePassword(ctx, path[strings.LastIndex(path, "/")+1:], talkWord, "127.0.0.1", "test")
	x.must(err)
	id, err := h.Chat.PortalBegin(ctx, s.Actor, chat.Begin{Key: "key-of-the-beginning", Body: "Bonjour"})
	x.must(err)
	x.path = "/chat/" + id
	x.must(h.Close(ctx))
}

func (x *talker) must(err error) {
	x.Helper()
	if err != nil {
		x.Fatal(err)
	}
}

// life starts the program, writes to it until it has acknowledged so many more, and kills it on its way to
// the next one.
func (x *talker) life(more int64) {
	x.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestBeKilledTalking$")
	cmd.Env = append(os.Environ(), talkFolder+"="+x.folder, talkFrom+"="+strconv.FormatInt(max(x.wrote-1, 0), 10))
	in, err := cmd.StdinPipe() // it ends with us
	x.must(err)
	out, err := cmd.StdoutPipe()
	x.must(err)
	var problems strings.Builder
	cmd.Stderr = &problems
	x.must(cmd.Start())
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if base, up := strings.CutPrefix(lines.Text(), "up "); up { // on a port of its own choice: one that was free before may be another's by now
			go x.writes(base, more, cmd.Process)
		}
		if n, err := strconv.ParseInt(strings.TrimPrefix(lines.Text(), "wrote "), 10, 64); err == nil {
			x.wrote = max(x.wrote, n+1)
		}
	}
	_ = in.Close()
	if err := cmd.Wait(); err == nil || !strings.Contains(err.Error(), "killed") {
		x.Fatalf("ended by itself: %v\n%s", err, problems.String())
	}
}

// writes sends the message that was acknowledged last once more, then the next ones, each under its key; the program
// dies while the last of them is on its way.
func (x *talker) writes(base string, more int64, program *os.Process) {
	last := min(x.said.Load()+more, talkSaid-1)
	for n := max(x.said.Load()-1, 0); n <= last; n++ {
		if n == last {
			go func() {
				for range rand.IntN(3_000) * 1_000 { // up to some milliseconds, of work and not of sleep
					more = max(more, 0)
				}
				_ = program.Kill()
			}()
		}
		status, err := x.post(base, x.path, url.Values{"cle": {fmt.Sprintf("key-of-contact-%04d", n)}, "message": {fmt.Sprint("contact ", n)}})
		switch {
		case err != nil: // it is dead: nothing is known of this one
			_ = program.Kill()
			return
		case status == http.StatusSeeOther:
			x.said.Store(max(x.said.Load(), n+1))
		default:
			x.Errorf("message %d: %d", n, status)
			_ = program.Kill()
			return
		}
	}
}

// post sends a form; who is not signed in does that first.
func (x *talker) post(base, path string, form url.Values) (status int, err error) {
	for range 2 {
		r, err := http.NewRequestWithContext(x.Context(), http.MethodPost, base+path, strings.NewReader(form.Encode()))
		if err != nil {
			return 0, err
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", base)
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		res, err := x.browser.Do(r)
		if err != nil {
			return 0, err
		}
		body, _ := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if path == "/connexion" || res.StatusCode != http.StatusForbidden || !strings.Contains(string(body), `action="/connexion"`) {
			return res.StatusCode, nil // else the page to sign in, which holds what was typed
		}
		if _, err := x.post(base, "/connexion", url.Values{"nom": {talkName}, "mot-de-passe": {talkWord}}); err != nil {
			return 0, err
		}
	}
	return http.StatusUnauthorized, nil
}

// TestBeKilledTalking is the program: its portal, and the firm that writes at its desk.
func TestBeKilledTalking(t *testing.T) {
	folder := os.Getenv(talkFolder)
	if folder == "" {
		t.Skip("only a part of TestKilledWhileTalking")
	}
	ctx := context.Background()
	h, err := app.OpenHouse(ctx, app.HouseOptions{Folder: folder})
	if err != nil {
		t.Fatal(err)
	}
	h.Start(ctx, "127.0.0.1:0")
	base, err := app.PortalOf(h)
	if err != nil {
		t.Fatal(err)
	}
	tell("up %s", base)
	who := actor.Shell("fr")
	rows, _, err := h.Chat.Inbox(ctx, who, chat.InboxQuery{})
	if err != nil || len(rows) != 1 {
		t.Fatal(rows, err)
	}
	from, err := strconv.Atoi(os.Getenv(talkFrom))
	if err != nil {
		t.Fatal(err)
	}
	for n := from; n < talkAnswers; n++ {
		if _, err := h.Chat.Write(ctx, who, chat.Say{Key: fmt.Sprintf("key-of-firm-%04d", n), ConversationID: rows[0].PublicID, Body: fmt.Sprint("firm ", n)}); err != nil {
			t.Fatal(err)
		}
		tell("wrote %d", n)
	}
	_, _ = io.Copy(io.Discard, os.Stdin) // until it is killed
}
