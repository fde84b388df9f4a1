package sink

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"comptoir/core/fault"
	"comptoir/edge/mail"
	"comptoir/office/outbox"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func start(t *testing.T, dir string, o Options) *Sink {
	t.Helper()
	s, err := Start(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return s
}

func deliver(t *testing.T, s *Sink, emls ...[]byte) {
	t.Helper()
	conn, err := mail.NewCarrier(nil).Open(t.Context(), s.Server(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, eml := range emls {
		if _, err := conn.Send(t.Context(), "firm@a.example", "ann@b.example", eml); err != nil {
			t.Fatal(err)
		}
	}
	if err := conn.Close(); err != nil {
		t.Fatal(err)
	}
}

func letter(n int) []byte {
	return fmt.Appendf(nil, "From: Firm <firm@a.example>\r\nTo: =?utf-8?q?H=C3=A9l=C3=A8ne?= <ann@b.example>\r\nSubject: Facture %d\r\nMessage-ID: <%d@x>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nBonjour\r\n", n, n)
}

func TestWhatArrivesIsShownAndKept(t *testing.T) {
	dir := t.TempDir()
	rang := make(chan struct{}, 10)
	at := time.Date(2026, 11, 21, 18, 9, 0, 0, time.UTC)
	s, err := Start(dir, Options{Clock: func() time.Time { return at }, Arrived: func() { rang <- struct{}{} }})
	if err != nil {
		t.Fatal(err)
	}
	if host := s.Server().Host; host != "127.0.0.1" {
		t.Errorf("listens on %s", host)
	}
	deliver(t, s, letter(1), letter(2))
	<-rang
	<-rang
	box := s.Arrived()
	want := outbox.Arrival{ID: "00000002", At: "2026-11-21T18:09:00.000Z", From: "Firm <firm@a.example>", To: "Hélène <ann@b.example>", Subject: "Facture 2", MessageID: "<2@x>", Size: int64(len(letter(2)))}
	if len(box) != 2 || box[0] != want {
		t.Fatalf("%+v", box)
	}
	m, err := s.Open("00000001")
	if err != nil || m.Text != "Bonjour\n" || string(m.EML) != string(letter(1)) || m.Papers == nil {
		t.Errorf("%+v %v", m, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	again := start(t, dir, Options{})
	if box := again.Arrived(); len(box) != 2 || box[0].Subject != "Facture 2" {
		t.Errorf("after a restart: %+v", box)
	}
	deliver(t, again, letter(3))
	if box := again.Arrived(); box[0].ID != "00000003" {
		t.Errorf("%+v", box[0])
	}
	if err := again.Clear(); err != nil || len(again.Arrived()) != 0 {
		t.Errorf("clear: %v", err)
	}
}

func TestOnlyWhatIsInTheBoxIsOpened(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "secret.eml"), []byte("Subject: x\r\n\r\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := start(t, dir, Options{})
	for _, id := range []string{"", "00000001", "../secret", "..", "/etc/passwd"} {
		if _, err := s.Open(id); !fault.Is(err, fault.NotFound) {
			t.Errorf("%q: %v", id, err)
		}
	}
}

func TestBoxIsBounded(t *testing.T) {
	s := start(t, t.TempDir(), Options{})
	var all [][]byte
	for n := range maxCount + 20 {
		all = append(all, letter(n))
	}
	deliver(t, s, all...)
	box := s.Arrived()
	files, err := filepath.Glob(filepath.Join(s.dir, "*"))
	if err != nil || len(box) != maxCount || len(files) != maxCount || box[0].Subject != fmt.Sprintf("Facture %d", maxCount+19) {
		t.Errorf("%d in the box, %d files, newest %q, %v", len(box), len(files), box[0].Subject, err)
	}
}

func TestTooBigIsRefused(t *testing.T) {
	s := start(t, t.TempDir(), Options{})
	conn, err := mail.NewCarrier(nil).Open(t.Context(), s.Server(), nil)
	if err != nil {
		t.Fatal(err)
	}
	big := []byte("Subject: x\r\n\r\n" + strings.Repeat(strings.Repeat("a", 70)+"\r\n", maxMessage/72+1))
	if _, err := conn.Send(t.Context(), "a@b.example", "c@d.example", big); err == nil || !strings.Contains(err.Error(), "too_big") {
		t.Errorf("%v", err)
	}
	if err := conn.Close(); err != nil || len(s.Arrived()) != 0 {
		t.Errorf("%v, %d arrived", err, len(s.Arrived()))
	}
}

func TestManyAtOnce(t *testing.T) {
	s := start(t, t.TempDir(), Options{})
	var wg sync.WaitGroup
	for n := range 8 {
		wg.Go(func() {
			conn, err := mail.NewCarrier(nil).Open(t.Context(), s.Server(), nil)
			if err != nil {
				t.Error(err)
				return
			}
			for i := range 10 {
				if _, err := conn.Send(t.Context(), "a@b.example", "c@d.example", letter(n*100+i)); err != nil {
					t.Error(err)
				}
			}
			if err := conn.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	seen := map[string]bool{}
	for _, a := range s.Arrived() {
		seen[a.ID] = true
	}
	if len(seen) != 80 {
		t.Errorf("%d of 80", len(seen))
	}
}

func FuzzRead(f *testing.F) {
	f.Add(letter(1))
	f.Add([]byte("Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b--\r\n--a--\r\n"))
	f.Add([]byte("Content-Type: text/html; charset=klingon\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!!"))
	f.Fuzz(func(t *testing.T, eml []byte) {
		head := mail.Head(eml)
		if strings.ContainsAny(head.Subject+head.From+head.To, "\r\n\x00") {
			t.Fatalf("%+v", head)
		}
		c, err := mail.Read(eml)
		if err == nil && len(c.Text)+len(c.HTML) > 20*len(eml)+100 {
			t.Fatalf("%d bytes became %d", len(eml), len(c.Text)+len(c.HTML))
		}
	})
}
