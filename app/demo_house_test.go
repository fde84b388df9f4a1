package app

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"comptoir/app/demo"
)

func TestScratch(t *testing.T) {
	s, err := MakeDemo(context.Background(), DemoOptions{Folder: filepath.Join(t.TempDir(), "demo"), Now: time.Now(), Options: demo.Options{Documents: 250}})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%+v", s)
}
