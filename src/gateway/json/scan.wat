;; Judges a text as JSON (RFC 8259) and tells where the members of its outer object lie. 16 bytes a step inside strings, nothing allocated.
;;
;; Memory: 0x0100 one byte for each open container (1: object, 0: array); 0x1000 four i32 for each member of the outer object:
;; key from, key to, value from, value to (bytes of the text; a key with its quotes). The text starts at 0x10000 and is followed by
;; at least 32 bytes of zero, so that it ends by itself: no text holds a zero byte, inside or outside a string.
(module
  (memory (export "memory") 2)
  (global $members (export "members") (mut i32) (i32.const 0))
  (global $close (export "close") (mut i32) (i32.const 0))
  ;; 1: a key of the outer object is written with escapes, and may spell any name.
  (global $escapedKey (export "escapedKey") (mut i32) (i32.const 0))
  ;; 1: `messages` is a list of one or more objects, each with one plainly written `role` that is a text.
  (global $plainMessages (export "plainMessages") (mut i32) (i32.const 0))
  ;; Set by $string: a backslash was in it.
  (global $escaped (mut i32) (i32.const 0))

  (func $space (param $at i32) (result i32)
    (local $c i32)
    (loop $next
      (local.set $c (i32.load8_u (local.get $at)))
      (if (i32.or
            (i32.or (i32.eq (local.get $c) (i32.const 0x20)) (i32.eq (local.get $c) (i32.const 0x0a)))
            (i32.or (i32.eq (local.get $c) (i32.const 0x0d)) (i32.eq (local.get $c) (i32.const 0x09))))
        (then
          (local.set $at (i32.add (local.get $at) (i32.const 1)))
          (br $next))))
    (local.get $at))

  (func $isHex (param $c i32) (result i32)
    (i32.or
      (i32.lt_u (i32.sub (local.get $c) (i32.const 0x30)) (i32.const 10))
      (i32.lt_u (i32.sub (i32.or (local.get $c) (i32.const 0x20)) (i32.const 0x61)) (i32.const 6))))

  ;; From behind the opening quote to behind the closing one; 0 when it is no string.
  (func $string (param $at i32) (result i32)
    (local $bytes v128)
    (local $mask i32)
    (local $c i32)
    (global.set $escaped (i32.const 0))
    (loop $next
      (local.set $bytes (v128.load align=1 (local.get $at)))
      (local.set $mask
        (i8x16.bitmask
          (v128.or
            (v128.or
              (i8x16.eq (local.get $bytes) (i8x16.splat (i32.const 0x22)))
              (i8x16.eq (local.get $bytes) (i8x16.splat (i32.const 0x5c))))
            (i8x16.lt_u (local.get $bytes) (i8x16.splat (i32.const 0x20))))))
      (if (i32.eqz (local.get $mask))
        (then
          (local.set $at (i32.add (local.get $at) (i32.const 16)))
          (br $next)))
      (local.set $at (i32.add (local.get $at) (i32.ctz (local.get $mask))))
      (local.set $c (i32.load8_u (local.get $at)))
      (if (i32.eq (local.get $c) (i32.const 0x22))
        (then (return (i32.add (local.get $at) (i32.const 1)))))
      (if (i32.ne (local.get $c) (i32.const 0x5c)) (then (return (i32.const 0))))
      (global.set $escaped (i32.const 1))
      (local.set $c (i32.load8_u offset=1 (local.get $at)))
      (if (i32.eq (local.get $c) (i32.const 0x75)) ;; u
        (then
          (if (i32.eqz
                (i32.and
                  (i32.and
                    (call $isHex (i32.load8_u offset=2 (local.get $at)))
                    (call $isHex (i32.load8_u offset=3 (local.get $at))))
                  (i32.and
                    (call $isHex (i32.load8_u offset=4 (local.get $at)))
                    (call $isHex (i32.load8_u offset=5 (local.get $at))))))
            (then (return (i32.const 0))))
          (local.set $at (i32.add (local.get $at) (i32.const 6)))
          (br $next)))
      ;; " \ / b f n r t
      (if (i32.or
            (i32.or
              (i32.or (i32.eq (local.get $c) (i32.const 0x22)) (i32.eq (local.get $c) (i32.const 0x5c)))
              (i32.or (i32.eq (local.get $c) (i32.const 0x2f)) (i32.eq (local.get $c) (i32.const 0x62))))
            (i32.or
              (i32.or (i32.eq (local.get $c) (i32.const 0x66)) (i32.eq (local.get $c) (i32.const 0x6e)))
              (i32.or (i32.eq (local.get $c) (i32.const 0x72)) (i32.eq (local.get $c) (i32.const 0x74)))))
        (then
          (local.set $at (i32.add (local.get $at) (i32.const 2)))
          (br $next))))
    (i32.const 0))

  ;; Behind one or more digits; 0 when there is none.
  (func $digits (param $at i32) (result i32)
    (local $from i32)
    (local.set $from (local.get $at))
    (loop $next
      (if (i32.lt_u (i32.sub (i32.load8_u (local.get $at)) (i32.const 0x30)) (i32.const 10))
        (then
          (local.set $at (i32.add (local.get $at) (i32.const 1)))
          (br $next))))
    (select (i32.const 0) (local.get $at) (i32.eq (local.get $at) (local.get $from))))

  (func $number (param $at i32) (result i32)
    (local $c i32)
    (if (i32.eq (i32.load8_u (local.get $at)) (i32.const 0x2d)) ;; -
      (then (local.set $at (i32.add (local.get $at) (i32.const 1)))))
    (if (i32.eq (i32.load8_u (local.get $at)) (i32.const 0x30)) ;; 0 stands alone
      (then (local.set $at (i32.add (local.get $at) (i32.const 1))))
      (else
        (local.set $at (call $digits (local.get $at)))
        (if (i32.eqz (local.get $at)) (then (return (i32.const 0))))))
    (if (i32.eq (i32.load8_u (local.get $at)) (i32.const 0x2e)) ;; .
      (then
        (local.set $at (call $digits (i32.add (local.get $at) (i32.const 1))))
        (if (i32.eqz (local.get $at)) (then (return (i32.const 0))))))
    (if (i32.eq (i32.or (i32.load8_u (local.get $at)) (i32.const 0x20)) (i32.const 0x65)) ;; e E
      (then
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (local.set $c (i32.load8_u (local.get $at)))
        (if (i32.or (i32.eq (local.get $c) (i32.const 0x2b)) (i32.eq (local.get $c) (i32.const 0x2d)))
          (then (local.set $at (i32.add (local.get $at) (i32.const 1)))))
        (local.set $at (call $digits (local.get $at)))
        (if (i32.eqz (local.get $at)) (then (return (i32.const 0))))))
    (local.get $at))

  ;; Behind a number, `true`, `false` or `null`; 0 when it is none.
  (func $plain (param $at i32) (result i32)
    (local $word i32)
    (local.set $word (i32.load align=1 (local.get $at)))
    (if (i32.or (i32.eq (local.get $word) (i32.const 0x65757274)) (i32.eq (local.get $word) (i32.const 0x6c6c756e)))
      (then (return (i32.add (local.get $at) (i32.const 4)))))
    (if (i32.and
          (i32.eq (local.get $word) (i32.const 0x736c6166))
          (i32.eq (i32.load8_u offset=4 (local.get $at)) (i32.const 0x65)))
      (then (return (i32.add (local.get $at) (i32.const 5)))))
    (call $number (local.get $at)))

  ;; 0: JSON with an object outside. 1: it is not. 2: too deep, or too many containers. 3: too many members.
  (func (export "scan") (param $length i32) (param $maxDepth i32) (param $maxContainers i32) (param $maxMembers i32) (result i32)
    (local $at i32) (local $c i32) (local $from i32)
    (local $depth i32) (local $containers i32)
    (local $entry i32) (local $members i32)
    ;; 0 a key or the end of an object, 1 a key, 2 a value, 3 a value or the end of a list, 4 what follows a value
    (local $state i32)
    (local $isMessages i32) (local $inMessages i32) (local $count i32) (local $isGood i32) (local $isRole i32) (local $hasRole i32)

    (global.set $escapedKey (i32.const 0))
    (global.set $plainMessages (i32.const 0))
    (local.set $at (call $space (i32.const 0x10000)))
    (if (i32.ne (i32.load8_u (local.get $at)) (i32.const 0x7b)) (then (return (i32.const 1))))
    (local.set $at (i32.add (local.get $at) (i32.const 1)))
    (local.set $depth (i32.const 1))
    (local.set $entry (i32.const 0xff0))
    (i32.store8 (i32.const 0x101) (i32.const 1))

    (loop $next
      (local.set $at (call $space (local.get $at)))
      (local.set $c (i32.load8_u (local.get $at)))

      ;; What follows a value
      (if (i32.eq (local.get $state) (i32.const 4))
        (then
          (if (i32.eq (local.get $c) (i32.const 0x2c)) ;; ,
            (then
              (local.set $at (i32.add (local.get $at) (i32.const 1)))
              (local.set $state (select (i32.const 1) (i32.const 2) (i32.load8_u offset=0x100 (local.get $depth))))
              (br $next)))
          ;; } is right in an object, ] in a list
          (if (i32.ne (local.get $c) (select (i32.const 0x7d) (i32.const 0x5d) (i32.load8_u offset=0x100 (local.get $depth))))
            (then (return (i32.const 1))))))

      ;; An end: what follows a value, or an empty container
      (if (i32.or
            (i32.eq (local.get $state) (i32.const 4))
            (i32.or
              (i32.and (i32.eqz (local.get $state)) (i32.eq (local.get $c) (i32.const 0x7d)))
              (i32.and (i32.eq (local.get $state) (i32.const 3)) (i32.eq (local.get $c) (i32.const 0x5d)))))
        (then
          (local.set $at (i32.add (local.get $at) (i32.const 1)))
          (local.set $depth (i32.sub (local.get $depth) (i32.const 1)))
          (local.set $state (i32.const 4))
          (if (i32.eqz (local.get $depth))
            (then
              (global.set $members (local.get $members))
              (global.set $close (i32.sub (local.get $at) (i32.const 0x10001)))
              ;; Nothing but space may follow.
              (return
                (i32.ne (call $space (local.get $at)) (i32.add (i32.const 0x10000) (local.get $length))))))
          (if (i32.eq (local.get $depth) (i32.const 1))
            (then
              (i32.store offset=12 (local.get $entry) (i32.sub (local.get $at) (i32.const 0x10000)))
              (if (local.get $inMessages)
                (then
                  (global.set $plainMessages (i32.and (local.get $isGood) (i32.ne (local.get $count) (i32.const 0))))
                  (local.set $inMessages (i32.const 0))))))
          (if (i32.and (i32.eq (local.get $depth) (i32.const 2)) (local.get $inMessages))
            (then
              (local.set $count (i32.add (local.get $count) (i32.const 1)))
              (local.set $isGood (i32.and (local.get $isGood) (local.get $hasRole)))))
          (br $next)))

      ;; A key
      (if (i32.le_u (local.get $state) (i32.const 1))
        (then
          (if (i32.ne (local.get $c) (i32.const 0x22)) (then (return (i32.const 1))))
          (local.set $from (local.get $at))
          (local.set $at (call $string (i32.add (local.get $at) (i32.const 1))))
          (if (i32.eqz (local.get $at)) (then (return (i32.const 1))))
          (if (i32.eq (local.get $depth) (i32.const 1))
            (then
              (if (i32.ge_u (local.get $members) (local.get $maxMembers)) (then (return (i32.const 3))))
              (local.set $members (i32.add (local.get $members) (i32.const 1)))
              (local.set $entry (i32.add (local.get $entry) (i32.const 16)))
              (i32.store (local.get $entry) (i32.sub (local.get $from) (i32.const 0x10000)))
              (i32.store offset=4 (local.get $entry) (i32.sub (local.get $at) (i32.const 0x10000)))
              (global.set $escapedKey (i32.or (global.get $escapedKey) (global.get $escaped)))
              ;; "messages"
              (local.set $isMessages
                (i32.and
                  (i32.eq (i32.sub (local.get $at) (local.get $from)) (i32.const 10))
                  (i64.eq (i64.load offset=1 align=1 (local.get $from)) (i64.const 0x736567617373656d)))))
            (else
              (if (i32.and (i32.eq (local.get $depth) (i32.const 3)) (local.get $inMessages))
                (then
                  (local.set $isGood (i32.and (local.get $isGood) (i32.eqz (global.get $escaped))))
                  ;; "role"
                  (local.set $isRole
                    (i32.and
                      (i32.eq (i32.sub (local.get $at) (local.get $from)) (i32.const 6))
                      (i32.eq (i32.load offset=1 align=1 (local.get $from)) (i32.const 0x656c6f72))))))))
          (local.set $at (call $space (local.get $at)))
          (if (i32.ne (i32.load8_u (local.get $at)) (i32.const 0x3a)) (then (return (i32.const 1)))) ;; :
          (local.set $at (i32.add (local.get $at) (i32.const 1)))
          (local.set $state (i32.const 2))
          (br $next)))

      ;; A value
      (if (i32.eq (local.get $depth) (i32.const 1))
        (then (i32.store offset=8 (local.get $entry) (i32.sub (local.get $at) (i32.const 0x10000))))
        (else
          (if (local.get $inMessages)
            (then
              (if (i32.eq (local.get $depth) (i32.const 2))
                (then
                  (local.set $isGood (i32.and (local.get $isGood) (i32.eq (local.get $c) (i32.const 0x7b))))
                  (local.set $hasRole (i32.const 0))
                  (local.set $isRole (i32.const 0)))
                (else
                  ;; Of a role given twice the last counts, as in every parser that keeps one; a second one is left to it.
                  (if (i32.and (local.get $isRole) (i32.eq (local.get $depth) (i32.const 3)))
                    (then
                      (local.set $isGood (i32.and (local.get $isGood) (i32.eqz (local.get $hasRole))))
                      (local.set $hasRole (i32.eq (local.get $c) (i32.const 0x22)))
                      (local.set $isRole (i32.const 0))))))))))
      (if (i32.or (i32.eq (local.get $c) (i32.const 0x7b)) (i32.eq (local.get $c) (i32.const 0x5b))) ;; { [
        (then
          (local.set $containers (i32.add (local.get $containers) (i32.const 1)))
          (if (i32.or
                (i32.gt_u (local.get $depth) (local.get $maxDepth))
                (i32.gt_u (local.get $containers) (local.get $maxContainers)))
            (then (return (i32.const 2))))
          (if (i32.and (i32.and (local.get $isMessages) (i32.eq (local.get $depth) (i32.const 1))) (i32.eq (local.get $c) (i32.const 0x5b)))
            (then
              (local.set $inMessages (i32.const 1))
              (local.set $isGood (i32.const 1))
              (local.set $count (i32.const 0))))
          (local.set $depth (i32.add (local.get $depth) (i32.const 1)))
          (i32.store8 offset=0x100 (local.get $depth) (i32.eq (local.get $c) (i32.const 0x7b)))
          (local.set $state (select (i32.const 0) (i32.const 3) (i32.eq (local.get $c) (i32.const 0x7b))))
          (local.set $at (i32.add (local.get $at) (i32.const 1)))
          (br $next)))
      (local.set $at
        (if (result i32) (i32.eq (local.get $c) (i32.const 0x22))
          (then (call $string (i32.add (local.get $at) (i32.const 1))))
          (else (call $plain (local.get $at)))))
      (if (i32.eqz (local.get $at)) (then (return (i32.const 1))))
      (if (i32.eq (local.get $depth) (i32.const 1))
        (then (i32.store offset=12 (local.get $entry) (i32.sub (local.get $at) (i32.const 0x10000)))))
      (local.set $state (i32.const 4))
      (br $next))
    (i32.const 1)))
