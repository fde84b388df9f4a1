package mail

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"comptoir/core/locale"
	"comptoir/edge/mail/mailtest"
	"comptoir/office/outbox"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// send opens, sends one small message and gives the steps, the answer and the error.
func send(t *testing.T, c *Carrier, s outbox.Server, to string) (steps []outbox.Step, answer string, err error) {
	t.Helper()
	conn, err := c.Open(t.Context(), s, func(st outbox.Step) { steps = append(steps, st) })
	if err != nil {
		return steps, "", err
	}
	defer func() {
		if cerr := conn.Close(); cerr != nil && err == nil {
			t.Errorf("close: %v", cerr)
		}
	}()
	answer, err = conn.Send(t.Context(), "firm@atelier.example", to, []byte("Subject: x\r\n\r\n.a\r\n"))
	return steps, answer, err
}

func walk(steps []outbox.Step) string {
	var b strings.Builder
	for _, s := range steps {
		fmt.Fprintf(&b, "%s:%v ", s.Name, s.OK)
	}
	return strings.TrimSpace(b.String())
}

func TestEveryWayIn(t *testing.T) {
	ca := mailtest.NewAuthority(t)
	good := ca.Serve(t, "127.0.0.1", time.Now().Add(time.Hour))
	for name, c := range map[string]struct {
		script mailtest.Script
		server outbox.Server
	}{
		"plain":            {mailtest.Script{}, outbox.Server{Security: "plain", Auth: "none"}},
		"starttls":         {mailtest.Script{TLS: good}, outbox.Server{Security: "starttls", Auth: "none"}},
		"tls":              {mailtest.Script{TLS: good, Implicit: true}, outbox.Server{Security: "tls", Auth: "none"}},
		"starttls, plain":  {mailtest.Script{TLS: good, User: "u", Password: "p é"}, outbox.Server{Security: "starttls", Auth: "plain", UserName: "u", Password: "p é"}},
		"tls, login":       {mailtest.Script{TLS: good, Implicit: true, User: "u", Password: "p", Login: true}, outbox.Server{Security: "tls", Auth: "login", UserName: "u", Password: "p"}},
		"only login there": {mailtest.Script{User: "u", Password: "p", Login: true}, outbox.Server{Security: "plain", Auth: "plain", UserName: "u", Password: "p"}},
		"only plain there": {mailtest.Script{User: "u", Password: "p"}, outbox.Server{Security: "plain", Auth: "login", UserName: "u", Password: "p"}},
		"utf-8 address":    {mailtest.Script{UTF8: true}, outbox.Server{Security: "plain", Auth: "none"}},
	} {
		t.Run(name, func(t *testing.T) {
			srv := mailtest.Start(t, c.script)
			s := c.server
			s.Host, s.Port = "127.0.0.1", srv.Port()
			to := "ann@client.example"
			if c.script.UTF8 {
				to = "zoë@büro.example"
			}
			steps, answer, err := send(t, NewCarrier(ca.Pool()), s, to)
			if err != nil || !strings.HasPrefix(answer, "250 ") {
				t.Fatalf("%q %v %+v", answer, err, steps)
			}
			if w := walk(steps); w != "connect:true tls:true authenticate:true" {
				t.Error(w)
			}
			if encrypted := outbox.ReplyOf(steps[1].Answer).Key == "mail.answer.encrypted"; encrypted != (s.Security != "plain") {
				t.Errorf("%+v", steps[1])
			}
			got := srv.Got()
			if len(got) != 1 || got[0].From != "firm@atelier.example" || string(got[0].EML) != "Subject: x\r\n\r\n.a\r\n" {
				t.Fatalf("%+v", got)
			}
			if c.script.UTF8 && got[0].To != "zoë@xn--bro-hoa.example" {
				t.Error(got[0].To)
			}
		})
	}
}

func TestEveryWayItFails(t *testing.T) {
	ca, stranger := mailtest.NewAuthority(t), mailtest.NewAuthority(t)
	good := ca.Serve(t, "127.0.0.1", time.Now().Add(time.Hour))
	closed := func() int { // a port where nobody listens
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = l.Close() }()
		return l.Addr().(*net.TCPAddr).Port
	}()
	for name, c := range map[string]struct {
		script   mailtest.Script
		server   outbox.Server
		walk     string
		answer   string
		advice   string
		final    bool
		line     bool
		broken   bool
		addition func(*outbox.Server)
	}{
		"nobody listens":      {server: outbox.Server{Security: "plain", Port: closed}, walk: "connect:false", answer: "mail.answer.refused", advice: "mail.advice.port", line: true, broken: true},
		"plain to the world":  {server: outbox.Server{Security: "plain", Host: "mail.example"}, walk: "connect:false", answer: "mail.answer.plain", advice: "mail.advice.use_tls", line: true, broken: true},
		"unknown name":        {server: outbox.Server{Security: "tls", Host: "no.such.name.invalid"}, walk: "connect:false", answer: "mail.answer.unknown_host", advice: "mail.advice.host", line: true, broken: true},
		"no STARTTLS":         {script: mailtest.Script{}, server: outbox.Server{Security: "starttls"}, walk: "connect:true tls:false", answer: "mail.answer.no_starttls", advice: "mail.advice.use_tls", line: true, broken: true},
		"TLS to a plain port": {script: mailtest.Script{}, server: outbox.Server{Security: "tls"}, walk: "connect:true tls:false", answer: "mail.answer.not_tls", advice: "mail.advice.use_starttls", line: true, broken: true},
		"wrong name": {script: mailtest.Script{TLS: ca.Serve(t, "other.example", time.Now().Add(time.Hour)), Implicit: true}, server: outbox.Server{Security: "tls"},
			walk: "connect:true tls:false", answer: "mail.answer.certificate_name", advice: "mail.advice.certificate", line: true, broken: true},
		"unknown authority": {script: mailtest.Script{TLS: stranger.Serve(t, "127.0.0.1", time.Now().Add(time.Hour))}, server: outbox.Server{Security: "starttls"},
			walk: "connect:true tls:false", answer: "mail.answer.certificate_unknown", advice: "mail.advice.certificate", line: true, broken: true},
		"expired": {script: mailtest.Script{TLS: ca.Serve(t, "127.0.0.1", time.Now().Add(-time.Minute))}, server: outbox.Server{Security: "starttls"},
			walk: "connect:true tls:false", answer: "mail.answer.certificate_expired", advice: "mail.advice.certificate", line: true, broken: true},
		"wrong password": {script: mailtest.Script{TLS: good, User: "u", Password: "p"}, server: outbox.Server{Security: "starttls", Auth: "plain", UserName: "u", Password: "wrong"},
			walk: "connect:true tls:true authenticate:false", answer: "535 5.7.8 Authentication failed", advice: "mail.advice.password", final: true, line: true},
		"wrong password, login": {script: mailtest.Script{User: "u", Password: "p", Login: true}, server: outbox.Server{Security: "plain", Auth: "login", UserName: "u", Password: "wrong"},
			walk: "connect:true tls:true authenticate:false", answer: "535 5.7.8 Authentication failed", advice: "mail.advice.password", final: true, line: true},
		"no AUTH there": {script: mailtest.Script{}, server: outbox.Server{Security: "plain", Auth: "plain", UserName: "u"},
			walk: "connect:true tls:true authenticate:false", answer: "mail.answer.no_auth", advice: "mail.advice.auth", line: true, broken: true},
		"AUTH wanted": {script: mailtest.Script{User: "u", Password: "p"}, server: outbox.Server{Security: "plain"},
			walk: "connect:true tls:true authenticate:true", answer: "530 5.7.0 Authentication required", advice: "mail.advice.account", final: true, line: true},
		"sender refused": {script: mailtest.Script{OnMail: func(int, string) error { return mailtest.Refuse(550, "not your address") }}, server: outbox.Server{Security: "plain"},
			walk: "connect:true tls:true authenticate:true", answer: "550 5.1.1 not your address", advice: "mail.advice.sender", final: true},
		"recipient unknown": {script: mailtest.Script{OnRcpt: func(int, string) error { return mailtest.Refuse(550, "no such user") }}, server: outbox.Server{Security: "plain"},
			walk: "connect:true tls:true authenticate:true", answer: "550 5.1.1 no such user", advice: "mail.advice.recipient", final: true},
		"greylisted": {script: mailtest.Script{OnRcpt: func(int, string) error { return mailtest.Refuse(451, "come back later") }}, server: outbox.Server{Security: "plain"},
			walk: "connect:true tls:true authenticate:true", answer: "451 4.1.1 come back later", advice: "mail.advice.later"},
		"dropped after DATA": {script: mailtest.Script{OnData: func(_ int, _ []byte, c net.Conn) error { _ = c.Close(); return errors.New("gone") }}, server: outbox.Server{Security: "plain"},
			walk: "connect:true tls:true authenticate:true", answer: "mail.answer.dropped", advice: "mail.advice.port", broken: true},
		"too big":       {script: mailtest.Script{MaxBytes: 10}, server: outbox.Server{Security: "plain"}, walk: "connect:true tls:true authenticate:true", answer: "mail.answer.too_big", final: true},
		"utf-8 address": {script: mailtest.Script{}, server: outbox.Server{Security: "plain", UserName: "utf8"}, walk: "connect:true tls:true authenticate:true", answer: "mail.answer.address_utf8", final: true},
	} {
		t.Run(name, func(t *testing.T) {
			s := c.server
			if s.Host == "" {
				s.Host = "127.0.0.1"
			}
			if s.Port == 0 {
				s.Port = mailtest.Start(t, c.script).Port()
			}
			if s.Auth == "" {
				s.Auth = "none"
			}
			to := "ann@client.example"
			if s.UserName == "utf8" {
				to = "zoë@client.example"
			}
			steps, _, err := send(t, NewCarrier(ca.Pool()), s, to)
			if w := walk(steps); w != c.walk {
				t.Errorf("steps %s", w)
			}
			var a *outbox.Answer
			if !errors.As(err, &a) {
				t.Fatalf("%v", err)
			}
			text, detail, _ := strings.Cut(a.Text, "\n")
			if text != c.answer || a.Advice != c.advice || a.Permanent != c.final || a.Line != c.line || a.Broken != c.broken {
				t.Errorf("%q (%s) %s final=%v line=%v broken=%v", text, detail, a.Advice, a.Permanent, a.Line, a.Broken)
			}
			for _, key := range []string{text, a.Advice} {
				if strings.HasPrefix(key, "mail.") && !locale.Has("fr", key) {
					t.Errorf("no text %s", key)
				}
			}
			if strings.Contains(err.Error(), "wrong") && strings.Contains(err.Error(), s.Password) && s.Password != "" {
				t.Error("the password is in the error")
			}
		})
	}
}

// A refused recipient must not spoil the connection for the next mail.
func TestConnectionOutlivesARefusal(t *testing.T) {
	srv := mailtest.Start(t, mailtest.Script{OnRcpt: func(n int, _ string) error {
		if n == 1 {
			return mailtest.Refuse(550, "no")
		}
		return nil
	}})
	conn, err := NewCarrier(nil).Open(t.Context(), srv.Reach(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Send(t.Context(), "a@b.example", "x@y.example", []byte("Subject: 1\r\n\r\n")); err == nil {
		t.Error("the refusal got lost")
	}
	if _, err := conn.Send(t.Context(), "a@b.example", "z@y.example", []byte("Subject: 2\r\n\r\n")); err != nil {
		t.Error(err)
	}
	if err := conn.Close(); err != nil || len(srv.Got()) != 1 || srv.Connections() != 1 {
		t.Errorf("%v %d %d", err, len(srv.Got()), srv.Connections())
	}
}

// Somebody who listens and never speaks: every wait has an end, and ctx ends it sooner.
func TestSilentServer(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	port := l.Addr().(*net.TCPAddr).Port
	for _, security := range []string{"plain", "starttls", "tls"} {
		c := NewCarrier(nil)
		c.command = 30 * time.Millisecond
		_, err := c.Open(t.Context(), outbox.Server{Host: "127.0.0.1", Port: port, Security: security, Auth: "none"}, nil)
		var a *outbox.Answer
		if !errors.As(err, &a) || !strings.HasPrefix(a.Text, "mail.answer.timeout") {
			t.Errorf("%s: %v", security, err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		stopped := make(chan error, 1)
		go func() {
			_, err := NewCarrier(nil).Open(ctx, outbox.Server{Host: "127.0.0.1", Port: port, Security: security, Auth: "none"}, nil)
			stopped <- err
		}()
		cancel()
		if err := <-stopped; err == nil {
			t.Errorf("%s: no error after cancel", security)
		}
	}
}

// A server that speaks before the encryption must not be believed after it.
func TestWordsBeforeTLSAreForgotten(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	go func() {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer func() { _ = conn.Close() }()
		buf := make([]byte, 512)
		_, _ = conn.Write([]byte("220 hi\r\n"))
		_, _ = conn.Read(buf)
		_, _ = conn.Write([]byte("250-hi\r\n250 STARTTLS\r\n"))
		_, _ = conn.Read(buf)
		_, _ = conn.Write([]byte("220 go\r\n250-hi\r\n250 AUTH PLAIN\r\n235 ok\r\n250 ok\r\n"))
		_, _ = conn.Read(buf)
	}()
	_, err = NewCarrier(nil).Open(t.Context(), outbox.Server{Host: "127.0.0.1", Port: l.Addr().(*net.TCPAddr).Port, Security: "starttls", Auth: "none"}, nil)
	if err == nil {
		t.Fatal("believed")
	}
}
