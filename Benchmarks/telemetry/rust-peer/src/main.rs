//! The Rust crate `prometheus`, measured by the same requests as our runner.
use prometheus::{Counter, Encoder, Gauge, Histogram, HistogramOpts, IntCounter, IntCounterVec, Opts, Registry, TextEncoder};
use std::io::{self, BufRead, Write};
use std::time::Instant;

const SIZES: [f64; 19] = [
    1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 2e5, 5e5, 1e6,
];
const LATENCY: [f64; 11] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

fn parallel(threads: usize, body: impl Fn() + Sync) -> f64 {
    let start = Instant::now();
    std::thread::scope(|scope| {
        for _ in 1..threads {
            scope.spawn(&body);
        }
        body();
    });
    start.elapsed().as_nanos() as f64
}

fn histogram(name: &str, bounds: &[f64]) -> Histogram {
    Histogram::with_opts(HistogramOpts::new(name, "h").buckets(bounds.to_vec())).unwrap()
}

fn filled() -> Registry {
    let registry = Registry::new();
    for family in 0..10 {
        let name = format!("requests_{family}_total");
        let vec = IntCounterVec::new(Opts::new(name, "requests"), &["route", "status"]).unwrap();
        registry.register(Box::new(vec.clone())).unwrap();
        for number in (family..10_000).step_by(10) {
            vec.with_label_values(&[&format!("/r/{number}"), "200"]).inc_by(number as u64);
        }
    }
    registry
}

fn main() {
    let registry = filled();
    let lookups = IntCounterVec::new(Opts::new("lookup", "l"), &["a"]).unwrap();
    for line in io::stdin().lock().lines().map_while(Result::ok) {
        let parts: Vec<&str> = line.split(' ').collect();
        let threads: usize = parts[1].parse().unwrap();
        let count: usize = parts[2].parse().unwrap();
        let each = count.max(1) as f64;
        let answer = match parts[0] {
            "counter" => {
                let counter = IntCounter::new("c", "c").unwrap();
                parallel(threads, || (0..count).for_each(|_| counter.inc())) / each
            }
            "float-counter" => {
                let counter = Counter::new("f", "f").unwrap();
                parallel(threads, || (0..count).for_each(|_| counter.inc_by(0.5))) / each
            }
            "gauge" => {
                let gauge = Gauge::new("g", "g").unwrap();
                parallel(threads, || (0..count).for_each(|n| gauge.set(n as f64))) / each
            }
            "histogram" => {
                let histogram = histogram("h", &SIZES);
                parallel(threads, || (0..count).for_each(|n| histogram.observe((n & 4095) as f64))) / each
            }
            "timer" => {
                let histogram = histogram("t", &LATENCY);
                parallel(threads, || (0..count).for_each(|n| histogram.observe((n & 0xFFFF_FFFF) as f64 / 1e9))) / each
            }
            "lookup" => parallel(threads, || (0..count).for_each(|_| lookups.with_label_values(&["b"]).inc())) / each,
            "scrape" => {
                let mut bytes = 0;
                let start = Instant::now();
                for _ in 0..count {
                    let mut buffer = Vec::new();
                    TextEncoder::new().encode(&registry.gather(), &mut buffer).unwrap();
                    bytes += buffer.len();
                }
                assert!(bytes > 0 || count == 0);
                start.elapsed().as_nanos() as f64 / each
            }
            _ => -1.0,
        };
        println!("{answer}");
        io::stdout().flush().unwrap();
    }
}
