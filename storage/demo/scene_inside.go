package demo

// The motifs of stairs, doors and lifts.

func paintLamp(v view) {
	v.room(560)
	v.box(v.wood, 640, 190, 210, 372)
	v.box(v.wood.shade(-18), 655, 210, 180, 340)
	v.oval(v.metal.shade(30), 668, 390, 9, 12)
	for step := range 5 {
		v.box(v.floor.shade(-10-step*5), 0, 560-step*46, 330-step*52, 46)
		v.box(v.floor.shade(20), 0, 560-step*46, 330-step*52, 8)
	}
	v.line(v.metal, 12, point{40, 250}, point{350, 470})
	v.line(v.metal.shade(-30), 8, point{500, 0}, point{500, 130})
	v.box(v.metal.shade(-20), 466, 126, 68, 16)
	if v.mended {
		v.glow(rgb(0xffe6a0), 500, 180, 380)
		v.oval(rgb(0xfff7dc), 500, 178, 48, 44)
		return
	}
	v.oval(rgb(0x6f6a60), 500, 178, 48, 44)
	v.oval(rgb(0x8a857a), 488, 166, 18, 14)
	v.box(rgb(0x10131c).alpha(130), 0, 0, sceneWidth, sceneHeight)
}

func paintPipe(v view) {
	v.room(540)
	for i := range 3 {
		x := 250 + i*190
		v.box(v.metal.shade(-24), x, 0, 62, 545)
		v.box(v.metal, x+8, 0, 40, 545)
		v.box(v.metal.shade(34), x+16, 0, 10, 545)
		v.box(v.metal.shade(-34), x-10, 150+i*60, 82, 34)
		v.box(v.metal.shade(-34), x-10, 400, 82, 34)
	}
	v.oval(v.accent, 471, 260, 60, 60)
	v.oval(v.accent.shade(30), 471, 260, 36, 36)
	v.box(v.accent.shade(-20), 411, 252, 120, 16)
	if v.mended {
		v.box(rgb(0x3f7fb0), 432, 396, 80, 54)
		v.box(rgb(0x6fa6cf), 432, 404, 80, 12)
		return
	}
	for i := range 9 {
		v.oval(rgb(0x86b9dc).alpha(190), 420+i*13-(i%3)*30, 450+i*18, 8, 14)
	}
	v.shape(rgb(0x9cc8e6).alpha(150), point{440, 425}, point{506, 425}, point{560, 560}, point{380, 560})
	v.oval(rgb(0x7fb0d2).alpha(190), 470, 610, 300, 70)
	v.oval(rgb(0xc5e1f1).alpha(160), 430, 596, 150, 26)
	v.box(rgb(0x8a5a3b).alpha(120), 424, 396, 100, 40)
}

func paintDoor(v view) {
	v.room(610)
	v.box(v.metal.shade(-40), 270, 60, 470, 560)
	v.box(v.accent.shade(-20), 292, 82, 210, 534)
	if v.mended {
		v.box(v.accent, 508, 82, 210, 534)
		v.box(rgb(0xbcd3de), 536, 130, 154, 190)
	} else {
		v.box(rgb(0x2c2f36), 508, 82, 210, 534)
		v.shape(v.accent, point{590, 118}, point{760, 150}, point{744, 668}, point{574, 636})
		v.shape(rgb(0xbcd3de), point{614, 160}, point{728, 180}, point{722, 360}, point{608, 338})
		v.line(rgb(0xf4f8fa), 5, point{620, 200}, point{716, 330})
		v.line(rgb(0xf4f8fa), 4, point{700, 196}, point{640, 320})
	}
	v.box(rgb(0xbcd3de), 320, 130, 154, 190)
	v.box(rgb(0xdde8ee).alpha(140), 330, 140, 50, 170)
	v.box(v.metal.shade(20), 474, 380, 18, 90)
	v.box(rgb(0x33383f), 790, 300, 84, 130)
	v.box(rgb(0x9fb4a8), 802, 314, 60, 44)
	for i := range 6 {
		v.oval(rgb(0xd9dcdf), 812+(i%3)*20, 380+(i/3)*24, 7, 7)
	}
}

func paintRail(v view) {
	v.wash(v.wall.shade(6), v.wall.shade(-10), 0, 0, sceneWidth, sceneHeight)
	for step := range 9 {
		x, y := step*118-20, 700-step*70
		v.box(v.floor.shade(-14), x, y, sceneWidth, 76)
		v.box(v.floor.shade(18), x, y, sceneWidth, 14)
	}
	for i := range 9 {
		x, y := 40+i*118, 690-i*70
		if v.mended || i < 3 || i > 5 {
			v.box(v.metal.shade(-20), x, y-260, 16, 265)
			continue
		}
		v.line(v.metal.shade(-26), 14, point{x + 8, y}, point{x + 70, y - 70 - i*12})
	}
	if v.mended {
		v.line(v.wood, 40, point{0, 460}, point{1000, -130})
		v.line(v.wood.shade(25), 10, point{0, 450}, point{1000, -142})
		return
	}
	v.line(v.wood, 40, point{0, 460}, point{330, 264})
	v.line(v.wood, 40, point{690, 52}, point{1000, -130})
	v.line(v.wood.shade(-10), 38, point{420, 420}, point{640, 520})
}

func paintLift(v view) {
	v.room(610)
	v.box(v.metal.shade(-30), 270, 70, 460, 550)
	v.wash(v.metal.shade(45), v.metal.shade(15), 300, 100, 195, 518)
	v.wash(v.metal.shade(35), v.metal.shade(8), 503, 100, 197, 518)
	v.box(rgb(0x20242a), 420, 20, 160, 44)
	v.box(rgb(0x33383f), 790, 300, 70, 150)
	v.oval(v.accent, 825, 345, 20, 20)
	v.oval(v.metal.shade(40), 825, 405, 20, 20)
	if v.mended {
		v.shape(rgb(0x5fd08a), point{500, 28}, point{522, 54}, point{478, 54})
		v.glow(rgb(0xffffff), 500, 200, 200)
		return
	}
	v.box(rgb(0xd04a3a), 484, 36, 32, 10)
	v.box(rgb(0xf6d64a), 360, 270, 280, 170)
	v.box(rgb(0x2b2d30), 372, 282, 256, 146)
	v.box(rgb(0xf6d64a), 380, 290, 240, 130)
	for i := range 3 {
		v.box(rgb(0x2b2d30), 410, 312+i*36, 180-i*40, 14)
	}
	for i := range 12 {
		v.shape([]ink{rgb(0xf6d64a), rgb(0x2b2d30)}[i%2], point{262 + i*40, 560}, point{302 + i*40, 560}, point{290 + i*40, 592}, point{250 + i*40, 592})
	}
}
