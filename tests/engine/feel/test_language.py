"""The operators, paths, filters, loops and functions of the language."""

from __future__ import annotations

import pytest

from tests.engine.feel.tables import rows, value_of

TABLE = r"""
1 + 2 * 3 - 4 / 2 => 5
2 ** 3 ** 2 => 64
-2 ** 2 => 4
2 ** -1 => 0.5
0.1 + 0.2 => 0.3
1/3 => 0.3333333333333333333333333333333333
10 / 0 => null
1 + null => null
"a" + 1 => null
"a" + "b" => "ab"
a + b => 3.5
a = 1 => true
a != 1 => false
a = "1" => null
a = null => false
n = null => true
null = null => true
null != null => false
a != null => true
1 < null => null
"a" < "b" => true
true and null => null
false and null => false
true or null => true
false or null => null
null and null => null
not(null) => null
not(true) => false
not("x") => null
true and "x" => null
false and "x" => false
true or "x" => true
1 between 0 and 2 => true
1 between 2 and 3 => false
null between 1 and 2 => null
a in [1..3] => true
a in (1..3] => false
a in [1,2] => true
a in 1 => true
a in (1,2) => true
a in < 5 => true
a in (< 5) => true
a in (> 5, < 2) => true
5 in ]1..5[ => false
5 in [5..5] => true
"b" in ["a".."c"] => true
null in [1..3] => null
if true then 1 else 2 => 1
if null then 1 else 2 => 2
if "x" then 1 else 2 => 2
for i in [1,2] return i * 2 => [2, 4]
for i in 1..3 return i => [1, 2, 3]
for i in 3..1 return i => [3, 2, 1]
for i in 1..3, j in 1..2 return i * j => [1, 2, 2, 4, 3, 6]
for i in 1..5 return if i < 3 then 1 else sum(partial) => [1, 1, 2, 4, 8]
for i in xs return i + 1 => [2, 3, 4]
for i in 5 return i => [5]
for i in null return i => null
for p in people return p.age => [20, 30]
some i in xs satisfies i > 2 => true
every i in xs satisfies i > 2 => false
some i in [] satisfies true => false
every i in [] satisfies false => true
some i in xs, j in xs satisfies i + j = 6 => true
xs[1] => 1
xs[-1] => 3
xs[4] => null
xs[0] => null
xs[item > 1] => [2, 3]
people[age > 20] => [{name: "y", age: 30}]
people[age > 20].name => ["y"]
people.name => ["x", "y"]
people.foo => [null, null]
people[1].name => "x"
people[name = "y"][1].age => 30
people[item.age > 25] => [{name: "y", age: 30}]
c.x => 1
c.y.z => "deep"
c.foo => null
c.foo.bar => null
n.x => null
s.length => null
{a: 1, b: a + 1} => {a: 1, b: 2}
{a: 1, b: a + 1}.b => 2
{"x y": 1} => {x y: 1}
{"x y": 1}.x y => 1
{x: 1, y: {z: x}}.y.z => 1
[1,2,3] = [1,2,3] => true
[1,2] = [1,2,3] => false
{a: 1} = {a: 1} => true
{a: 1} = {a: 2} => false
[] = [] => true
[1, [2]] = [1, [2]] => true
1 instance of number => true
"a" instance of string => true
null instance of number => false
null instance of Any => false
[1] instance of list<number> => true
["a"] instance of list<number> => false
{a: 1} instance of context<a: number> => true
(function(x) x + 1)(2) => 3
(function(x, y) x - y)(y: 1, x: 5) => 4
{f: function(x) x * 2, r: f(3)}.r => 6
[1..10].start => 1
[1..10).end included => false
foo => null
foo + 1 => null
foo.bar => null
foo = null => true
foo(1) => null
1 // c => 1
1 /* c */ + 1 => 2
"a\nb" => "a\nb"
"a\"b" => "a\"b"
.5 => 0.5
1.2e3 => 1200
[1..3][1] => [1..3]
[[1,2],[3]][1] => [1, 2]
[1,2,3][item >= 2][1] => 2
{a: 1}[item.a = 1] => [{a: 1}]
"abc"[1] => "abc"
1[1] => 1
xs[a] => 1
xs[a + 1] => 2
people[1] => {name: "x", age: 20}
{a: 1, a b: 2, r: a b}.r => 2
[1,2,3][even(item)] => [2]
[{b: 1},{b: 2}][b = 2] => [{b: 2}]
[{item: 1},{item: 2}][item = 2] => [{item: 2}]
if 1 = 1 then "y" else "n" => "y"
(1 < 2) = true => true
not(1 < 2) or false => false
a > 0 and b > 2 => true
1 in [[1..3], 5] => true
[1] = 1 => null
"2020-01-01" < "2020-01-02" => true
{} => {}
[] => []
{a: {b: 2}}.a.b => 2
[1, 2, 3, 4][item > 2][item < 4] => [3]
every x in [1, null] satisfies x > 0 => null
some x in [null, 2] satisfies x > 1 => true
some x in [null, 0] satisfies x > 1 => null
1 - 2 - 3 => -4
100 / 10 / 5 => 2
2 + 3 * 4 ** 2 => 50
12345678901234567890123456789012345 + 0 => 12345678901234567890123456789012340
1 = 1.0 => true
"é" = "é" => true
not(a = 1) or b = 2.5 => true
a = 1 and (b > 3 or s = "foo") => true
if a > 0 then if b > 3 then "x" else "y" else "z" => "y"
1 + (if a = 1 then 2 else 3) => 3
a in (> 0) => true
a in (0..1] => true
{a: 1, "b c": 2} = {"b c": 2, a: 1} => true
{d: a, a: 5}.d => 1
{f: function(n) if n <= 1 then 1 else n * f(n - 1), r: f(10)}.r => 3628800
(function(x: number) x)("text") => null
(function(x: number) x = null)("text") => true
(function(x) x)(1, 2) => null
for x in [[1, 2], [3]], y in x return y => [1, 2, 3]
for x in (1..4) return x => [2, 3]
for d in @"2026-01-30"..@"2026-02-01" return d.day => [30, 31, 1]
for i in 1..0.5 return i => [1]
every x in xs satisfies x > 0 => true
people[1] instance of context => true
[[1]][1][1] => 1
[1, "a", null][item = "a"] => ["a"]
n[1] => null
n[item > 1] => null
missing[a = 1] => null
some x in xs satisfies x => null
every x in xs satisfies s => null
null in [n..5] => null
-1 instance of number => true
-1[1] => -1
-a ** 2 => 1
some x in null satisfies true => null
every x in (< 5) satisfies true => null
for x in "a".."c" return x => null
for x in 1.."c" return x => null
for x in ("a".."c") return x => null
for d in [@"2026-01-01"..@"2026-01-02"] return d => [2026-01-01, 2026-01-02]
for d in @"9999-12-30"..@"9999-12-31" return d.day => [30, 31]
xs[1.5] => null
-"a" => null
[1, 2] < [1, 3] => null
@"10:00:00@Asia/Shanghai" = @"02:00:00Z" => true
1 instance of unknown => false
[1..2] instance of range<number> => true
abs instance of function<number> -> number => true
abs(1)(2) => null
[1, {a: "x"}] = [1, {a: "x"}] => true
(1..2) = (1..3) => false
-xs[1] => -1
-(2 + 3) => -5
"\u4e2d" => "中"
"C:\d" => "C:\\d"
[1..3] = [1..3] => true
(< 5) = (< 5) => true
4 in (< 5) => true
(> 5).start => 5
[3..1] => null
@"P1D" in [@"PT1H"..@"P2D"] => true
xs instance of list => true
abs instance of function => true
{max: 3}.max => 3
null.foo => null
(a) => 1
"""


@pytest.mark.parametrize(("expression", "value"), rows(TABLE))
def test_an_expression_gives_what_the_standard_says(expression, value):
    assert value_of(expression) == value
