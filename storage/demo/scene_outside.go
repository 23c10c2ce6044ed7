package demo

// The motifs outside.

var (
	asphalt = rgb(0x8b8d90)
	paving  = rgb(0xb7b0a4)
)

func paintBins(v view) {
	v.yard(380, paving)
	for i, k := range []ink{rgb(0x4a8f6d), rgb(0x3f7fb0), rgb(0x6d7880)} {
		x := 190 + i*220
		v.oval(rgb(0x000000).alpha(45), x+80, 640, 110, 20)
		v.shape(k, point{x, 400}, point{x + 170, 400}, point{x + 150, 640}, point{x + 20, 640})
		v.shape(k.shade(20), point{x + 14, 410}, point{x + 46, 410}, point{x + 56, 630}, point{x + 30, 630})
		if v.mended {
			v.box(k.shade(-20), x-10, 372, 190, 34)
		} else {
			v.box(rgb(0x2b2d30), x+6, 392, 158, 16)
			for n := range 5 {
				v.oval([]ink{rgb(0x33383f), rgb(0xe9e4da), rgb(0xb98a57), rgb(0x7f8d70), rgb(0xc4573f)}[(n+i)%5], x+20+n*34, 372-(n%3)*26, 38, 34)
			}
		}
		v.oval(rgb(0xffffff).alpha(200), x+85, 500, 26, 26)
	}
	if v.mended {
		return
	}
	for n := range 9 {
		v.oval([]ink{rgb(0x33383f), rgb(0xe9e4da), rgb(0x9c6b44), rgb(0x55606a)}[n%4].shade(n), 140+(n*211)%740, 650+(n*37)%70, 44-n%3*6, 34)
	}
}

func paintGreen(v view) {
	v.yard(330, paving)
	lawn := v.leaf
	if !v.mended {
		lawn = rgb(0xa59a58)
	}
	v.shape(lawn.shade(-8), point{0, 430}, point{1000, 390}, point{1000, 750}, point{0, 750})
	v.shape(lawn, point{0, 470}, point{1000, 440}, point{1000, 750}, point{0, 750})
	if v.mended {
		for i := range 6 {
			v.bush(90+i*170, 470, 62, v.leaf)
			v.oval(v.accent.shade(20), 70+i*170, 440, 9, 9)
			v.oval(v.accent.shade(30), 110+i*170, 462, 9, 9)
		}
		return
	}
	for i := range 60 {
		x, y := (i*173)%1000, 450+(i*97)%280
		v.line(rgb(0x8f8a3f).shade(i%30-10), 7, point{x, y}, point{x - 18 + i%36, y - 60 - i%50})
	}
	for i := range 3 {
		x := 200 + i*300
		v.line(rgb(0x6e5a3c), 16, point{x, 480}, point{x, 330})
		v.line(rgb(0x6e5a3c), 9, point{x, 400}, point{x + 70, 340})
		v.line(rgb(0x6e5a3c), 9, point{x, 380}, point{x - 60, 310})
	}
}

func paintParking(v view) {
	v.yard(330, asphalt)
	for i := range 5 {
		v.line(rgb(0xf2f2ee), 9, point{60 + i*230, 430}, point{-60 + i*290, 740})
	}
	v.car(110, 520, 300, rgb(0xe6e8ea))
	v.car(610, 500, 290, v.accent)
	if v.mended {
		return
	}
	v.car(300, 650, 380, rgb(0x33414f))
	v.car(20, 400, 230, rgb(0xb5463a))
}

func paintFireLane(v view) {
	v.yard(330, asphalt)
	v.shape(rgb(0xe9c63f), point{330, 340}, point{670, 340}, point{940, 750}, point{60, 750})
	v.shape(asphalt, point{345, 346}, point{655, 346}, point{905, 750}, point{95, 750})
	for i := range 5 {
		y := 400 + i*72
		v.line(rgb(0xe9c63f), 10, point{360 - i*40, y}, point{640 + i*40, y + 34})
	}
	v.box(rgb(0xc0392b), 860, 240, 70, 130)
	v.box(rgb(0xffffff), 872, 260, 46, 12)
	v.box(rgb(0x8f969b), 888, 370, 14, 120)
	if v.mended {
		return
	}
	v.car(250, 520, 330, rgb(0xdfe3e6))
	v.car(440, 660, 420, v.accent)
}

func paintManhole(v view) {
	v.wash(paving.shade(-10), paving.shade(10), 0, 0, sceneWidth, sceneHeight)
	for row := range 8 {
		for column := range 7 {
			v.box(paving.shade((row*7+column*5)%9-4), column*160-(row%2)*80, row*100, 154, 94)
		}
	}
	v.oval(rgb(0x6b6a66), 500, 400, 270, 190)
	if v.mended {
		v.oval(rgb(0x565b60), 500, 396, 246, 170)
		for i := range 5 {
			v.line(rgb(0x757b80), 10, point{310 + i*20, 320 + i*38}, point{690 - i*20, 320 + i*38})
			v.line(rgb(0x757b80), 8, point{360 + i*70, 270}, point{360 + i*70, 520})
		}
		v.oval(rgb(0x3a3e42), 420, 396, 16, 10)
		v.oval(rgb(0x3a3e42), 580, 396, 16, 10)
		return
	}
	v.oval(rgb(0x15171a), 500, 396, 246, 170)
	v.oval(rgb(0x25282c), 500, 430, 220, 130)
	v.oval(rgb(0x565b60), 800, 590, 150, 96)
	v.oval(rgb(0x6b7177), 800, 582, 138, 84)
}

func paintRoad(v view) {
	v.yard(300, asphalt)
	v.box(rgb(0xd6d2c8), 0, 300, sceneWidth, 26)
	for i := range 4 {
		v.box(rgb(0xf0efe8), 60+i*260, 680, 150, 16)
	}
	if v.mended {
		v.shape(rgb(0x5f6265), point{300, 440}, point{690, 420}, point{760, 570}, point{280, 600})
		return
	}
	v.oval(rgb(0x6c665c), 510, 510, 260, 96)
	v.oval(rgb(0x4e4a43), 510, 520, 220, 74)
	v.oval(rgb(0x86b9dc).alpha(120), 520, 534, 150, 40)
	for i := range 7 {
		v.oval(rgb(0x77736a), 250+i*90, 610+(i*31)%50, 16+i%3*6, 12)
	}
	for _, end := range []point{{150, 450}, {880, 430}, {820, 640}, {200, 640}} {
		v.line(rgb(0x5d5a54), 5, point{510, 510}, end)
	}
}

func paintFlood(v view) {
	v.yard(330, paving)
	v.car(80, 420, 260, v.accent)
	if v.mended {
		for i := range 6 {
			v.line(paving.shade(-24), 4, point{i * 200, 330}, point{i*260 - 160, 750})
		}
		v.oval(rgb(0x8fa9b8).alpha(60), 600, 650, 160, 30)
		v.box(rgb(0x565b60), 700, 560, 130, 60)
		for i := range 5 {
			v.box(rgb(0x2b2d30), 712+i*24, 568, 10, 44)
		}
		return
	}
	water := rgb(0x8a8f7c)
	v.wash(water.shade(10).alpha(225), water.shade(-10).alpha(235), 0, 430, sceneWidth, 320)
	for i := range 12 {
		x, y := (i*197)%1000, 460+(i*83)%270
		v.line(rgb(0xd4d9cc).alpha(170), 5, point{x, y}, point{x + 120, y + 4})
	}
	for i := range 26 {
		x, y := (i*131)%1000, (i*71)%420
		v.line(rgb(0xffffff).alpha(110), 3, point{x, y}, point{x - 12, y + 60})
	}
}

func paintGate(v view) {
	v.yard(330, asphalt)
	v.box(v.accent.shade(-10), 130, 330, 120, 280)
	v.box(v.accent.shade(20), 142, 344, 96, 60)
	v.box(rgb(0x20242a), 150, 352, 80, 44)
	v.box(v.wall.shade(-12), 760, 240, 200, 360)
	v.box(rgb(0x9cc4e4), 786, 290, 148, 110)
	from, to := point{240, 450}, point{300, 90}
	if !v.mended {
		to = point{620, 720}
	}
	v.line(rgb(0xf4f4f0), 32, from, to)
	for i := range 4 {
		a := point{from.x + (to.x-from.x)*(2*i+1)/8, from.y + (to.y-from.y)*(2*i+1)/8}
		b := point{from.x + (to.x-from.x)*(2*i+2)/8, from.y + (to.y-from.y)*(2*i+2)/8}
		v.line(rgb(0xd04a3a), 32, a, b)
	}
	if v.mended {
		v.car(420, 560, 330, rgb(0xe6e8ea))
	}
}

func paintSwings(v view) {
	v.yard(360, rgb(0xcdb489))
	v.line(v.accent, 26, point{200, 650}, point{290, 240})
	v.line(v.accent, 26, point{380, 650}, point{290, 240})
	v.line(v.accent, 26, point{660, 650}, point{750, 240})
	v.line(v.accent, 26, point{840, 650}, point{750, 240})
	v.line(v.accent.shade(-14), 28, point{280, 250}, point{760, 250})
	chain := rgb(0x55606a)
	v.line(chain, 6, point{400, 256}, point{400, 520})
	v.line(chain, 6, point{500, 256}, point{500, 520})
	v.box(v.wood, 390, 514, 120, 22)
	v.line(chain, 6, point{580, 256}, point{580, 520})
	if v.mended {
		v.line(chain, 6, point{680, 256}, point{680, 520})
		v.box(v.wood, 570, 514, 120, 22)
		return
	}
	v.line(chain, 6, point{680, 256}, point{690, 330})
	v.line(v.wood, 22, point{570, 520}, point{620, 640})
}

func paintTree(v view) {
	v.yard(340, paving)
	v.line(rgb(0x6e5a3c), 54, point{200, 640}, point{220, 200})
	v.bush(220, 160, 190, v.leaf)
	v.bush(330, 220, 120, v.leaf.shade(8))
	if v.mended {
		v.oval(rgb(0xd9c39a), 260, 330, 22, 26)
		return
	}
	v.line(rgb(0x6e5a3c), 34, point{230, 330}, point{760, 640})
	v.line(rgb(0x6e5a3c), 18, point{520, 500}, point{640, 470})
	for i := range 8 {
		v.bush(560+(i*83)%330, 540+(i*57)%130, 60-i%3*10, v.leaf.shade(-6+i*2))
	}
}

func paintSnow(v view) {
	v.yard(330, rgb(0xe9eef2))
	for i := range 3 {
		v.box(rgb(0xf7fafc), 20+i*330+v.house(i), 76+v.house(i+3)*2, 264, 22)
	}
	v.bush(110, 430, 70, rgb(0xdfe8ea))
	v.bush(900, 440, 80, rgb(0xdfe8ea))
	if v.mended {
		v.shape(paving.shade(-6), point{380, 332}, point{620, 332}, point{820, 750}, point{180, 750})
		v.shape(rgb(0xffffff), point{360, 340}, point{385, 332}, point{190, 750}, point{100, 750})
		v.shape(rgb(0xffffff), point{640, 340}, point{615, 332}, point{810, 750}, point{900, 750})
		return
	}
	for i := range 14 {
		v.oval(rgb(0xc5d3dd), 470+(i%2)*70-i*6, 360+i*28, 14+i, 7+i/2)
	}
	for i := range 60 {
		v.oval(rgb(0xffffff).alpha(220), (i*167)%1000, (i*113)%740, 5, 5)
	}
}
