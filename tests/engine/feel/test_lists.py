"""The functions on lists and contexts."""

from __future__ import annotations

import pytest

from tests.engine.feel.tables import rows, value_of

TABLE = r"""
list contains([1,2,3], 2) => true
list contains([1,null], null) => true
count([1,2,3]) => 3
count(1) => 1
count([]) => 0
count(null) => null
min([1,2,3]) => 1
min(1,2,3) => 1
min([]) => null
max(["a","b"]) => "b"
sum([1,2,3]) => 6
sum(1,2,3) => 6
sum([]) => null
sum([1,null]) => null
sum([1,"a"]) => null
mean([1,2,3]) => 2
mean([]) => null
all([true,false]) => false
all([true,null]) => null
all([]) => true
all(true) => true
any([false,null]) => null
any([]) => false
any([null,true]) => true
sublist([4,5,6], 1, 2) => [4, 5]
sublist([4,5,6], -2) => [5, 6]
sublist([4,5,6], 2) => [5, 6]
sublist([4,5,6], 5) => null
append([1], 2, 3) => [1, 2, 3]
append([1], [2]) => [1, [2]]
append(1, 2) => [1, 2]
concatenate([1,2],[3]) => [1, 2, 3]
insert before([1,3], 1, 2) => [2, 1, 3]
insert before([1,3], -1, 2) => [1, 2, 3]
remove([1,2,3], 2) => [1, 3]
remove([1,2,3], -1) => [1, 2]
reverse([1,2,3]) => [3, 2, 1]
index of([1,2,3,2], 2) => [2, 4]
index of([1,null], null) => [2]
union([1,2],[2,3]) => [1, 2, 3]
distinct values([1,2,3,2,1]) => [1, 2, 3]
distinct values([1,null,null]) => [1, null]
duplicate values([1,2,3,2,1]) => [2, 1]
flatten([[1,2],[[3]], 4]) => [1, 2, 3, 4]
get value({key1: "v"}, "key1") => "v"
get value({key1: "v"}, "x") => null
get value({x: {y: 1}}, ["x","y"]) => 1
get entries({a: 1}) => [{key: "a", value: 1}]
context([{key: "a", value: 1}]) => {a: 1}
context put({o: 1}, "p", 2) => {o: 1, p: 2}
context put({x: 1, y: {a: 0}}, ["y","a"], 2) => {x: 1, y: {a: 2}}
context merge([{x: 1}, {y: 2}]) => {x: 1, y: 2}
sort([3,1,2], function(x,y) x < y) => [1, 2, 3]
sort(list: [3,1,2], precedes: function(x,y) x > y) => [3, 2, 1]
list replace([2,4,7,8], 3, 6) => [2, 4, 6, 8]
list replace([2,4,7,8], function(item, newItem) item < newItem, 5) => [5, 5, 7, 8]
list replace([2, 4], function(item) item = 2, 5) => null
list replace([2, 4], function(item, newItem) item, 5) => null
count(people[age > 100]) => 0
max(1, null) => null
min([null, 1]) => null
count("x") => 1
count(1, 2) => 2
sum() => null
sum(@"P1D", @"PT12H") => P1DT12H
sum(0.1, 0.2) => 0.3
min(@"2026-01-02", @"2026-01-01") => 2026-01-01
min(1, "a") => null
max([true]) => null
mean(1, 2) => 1.5
all() => null
all([true, 1]) => null
all(false, null) => false
sublist([1, 2, 3], 2, 5) => null
sublist([1, 2, 3], 1, 0) => []
append([]) => []
concatenate([1]) => [1]
remove([1], 2) => null
index of([1, "1", 1], 1) => [1, 3]
list contains([[1]], [1]) => true
list contains(["1"], 1) => false
union([{a: 1}], [{a: 1}, 2]) => [{a: 1}, 2]
distinct values([1, "1", 1.0, true]) => [1, "1", true]
sort([3, 1, 2]) => [1, 2, 3]
sort([3, "a"]) => null
sort(["b", "a", "c"], function(x, y) x > y) => ["c", "b", "a"]
get value(null, "a") => null
context([{key: "a", value: 1}, {key: "a", value: 2}]) => null
context([{key: "a"}]) => null
context put({a: 1}, ["x", "y"], 2) => null
context put({a: 1, b: 2}, "a", 3) => {a: 3, b: 2}
context merge([{a: 1, b: 1}, {b: 2}]) => {a: 1, b: 2}
context merge([1]) => null
"""


@pytest.mark.parametrize(("expression", "value"), rows(TABLE))
def test_an_expression_gives_what_the_standard_says(expression, value):
    assert value_of(expression) == value
