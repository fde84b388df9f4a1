package app

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"comptoir/app/demo"
)

func TestScratch(t *testing.T) {
	n, _ := strconv.Atoi(os.Getenv("N"))
	s, err := MakeDemo(context.Background(), DemoOptions{Folder: filepath.Join("/tmp/dm", os.Getenv("N")), Reset: true, Now: time.Now(), Options: demo.Options{Documents: n}})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%+v", s)
}
