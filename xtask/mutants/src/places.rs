//! The places of a source file at which something can be switched: operators, guards, arms, bodies, numbers.

use std::collections::BTreeMap;
use std::ops::Range;

use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};

use crate::lines::Lines;

/// What can be switched in a source file.
#[derive(Clone, Debug)]
pub enum Place {
    /// `left operator right`.
    Binary { all: Range<usize>, left: Range<usize>, right: Range<usize> },
    /// `!operand` or `-operand`.
    Unary { all: Range<usize>, operand: Range<usize> },
    /// An arm of a `match`: where its pattern ends, and its guard.
    Arm { pattern_end: usize, guard: Option<Range<usize>> },
    /// Behind the `{` of a function.
    Body(usize),
    /// All between the braces of a function that hides the type it returns.
    Hidden(Range<usize>),
    /// A whole number.
    Number(Range<usize>),
}

impl Place {
    /// Where it begins; unique but for expressions that begin together, of which the longer one comes first by its key.
    pub fn key(&self) -> usize {
        // Two bits keep what begins at one byte apart: the operator's place is unique, and so is what is made of it.
        match self {
            Place::Binary { left, .. } => left.end * 4 + 1,
            Place::Unary { all, .. } => all.start * 4 + 2,
            Place::Arm { pattern_end, .. } => pattern_end * 4 + 3,
            Place::Body(at) => at * 4,
            Place::Hidden(range) => range.start * 4,
            Place::Number(range) => range.end * 4 + 2,
        }
    }

    pub fn range(&self) -> Range<usize> {
        match self {
            Place::Binary { all, .. } | Place::Unary { all, .. } => all.clone(),
            Place::Arm { pattern_end, guard } => guard.clone().unwrap_or(*pattern_end..*pattern_end),
            Place::Body(at) => *at..*at,
            Place::Hidden(range) | Place::Number(range) => range.clone(),
        }
    }
}

/// Finds what can be switched.
pub struct Finder<'s> {
    lines: &'s Lines<'s>,
    pub found: BTreeMap<(&'static str, usize), Place>,
    /// What is between the braces of each function, by the places that the tool means it by.
    pub bodies: BTreeMap<usize, Range<usize>>,
    /// The bodies of `const` functions: some are called at compile time alone.
    pub early: Vec<Range<usize>>,
    /// How deep we are in what is computed at compile time, where nothing can be switched.
    constant: usize,
}

impl<'s> Finder<'s> {
    pub fn of(source: &str, lines: &'s Lines<'s>) -> anyhow::Result<Finder<'s>> {
        let mut finder =
            Finder { lines, found: BTreeMap::new(), bodies: BTreeMap::new(), early: Vec::new(), constant: 0 };
        finder.visit_file(&syn::parse_file(source)?);
        Ok(finder)
    }

    fn range(&self, span: proc_macro2::Span) -> Range<usize> {
        self.lines.at(span.start())..self.lines.at(span.end())
    }

    fn body(&mut self, block: &syn::Block, signature: &syn::Signature) {
        if signature.constness.is_some() {
            let body = self.range(block.span());
            self.early.push(body);
        }
        let open = self.range(block.brace_token.span.open());
        let close = self.range(block.brace_token.span.close());
        // The tool that lists mutants means the statements, the brace or the block: each finds the same body.
        let first = block.stmts.first().map_or(close.start, |stmt| self.range(stmt.span()).start);
        for at in [open.start, open.end, first] {
            self.bodies.insert(at, open.end..close.start);
        }
    }

    /// Looks into what is computed at compile time, where nothing can be switched.
    fn early_in(&mut self, look: impl FnOnce(&mut Self)) {
        self.constant += 1;
        look(self);
        self.constant -= 1;
    }

    fn put(&mut self, genre: &'static str, at: usize, place: Place) {
        if self.constant == 0 {
            self.found.insert((genre, at), place);
        }
    }
}

/// Whether an expression has a `let` of its own, which must stay where it is.
fn has_let(expr: &syn::Expr) -> bool {
    struct Lets(bool);
    impl<'a> Visit<'a> for Lets {
        fn visit_expr_let(&mut self, _: &'a syn::ExprLet) {
            self.0 = true;
        }
        fn visit_expr_block(&mut self, _: &'a syn::ExprBlock) {}
        fn visit_expr_if(&mut self, _: &'a syn::ExprIf) {}
        fn visit_expr_match(&mut self, _: &'a syn::ExprMatch) {}
        fn visit_expr_closure(&mut self, _: &'a syn::ExprClosure) {}
        fn visit_expr_while(&mut self, _: &'a syn::ExprWhile) {}
    }
    let mut lets = Lets(false);
    lets.visit_expr(expr);
    lets.0
}

impl<'a> Visit<'a> for Finder<'_> {
    fn visit_item_const(&mut self, item: &'a syn::ItemConst) {
        self.early_in(|finder| visit::visit_item_const(finder, item));
    }

    fn visit_item_static(&mut self, item: &'a syn::ItemStatic) {
        self.early_in(|finder| visit::visit_item_static(finder, item));
    }

    fn visit_impl_item_const(&mut self, item: &'a syn::ImplItemConst) {
        self.early_in(|finder| visit::visit_impl_item_const(finder, item));
    }

    fn visit_variant(&mut self, variant: &'a syn::Variant) {
        self.early_in(|finder| visit::visit_variant(finder, variant));
    }

    fn visit_type(&mut self, kind: &'a syn::Type) {
        self.early_in(|finder| visit::visit_type(finder, kind));
    }

    fn visit_pat(&mut self, pattern: &'a syn::Pat) {
        self.early_in(|finder| visit::visit_pat(finder, pattern));
    }

    fn visit_item_mod(&mut self, item: &'a syn::ItemMod) {
        let test = item.attrs.iter().any(|attribute| attribute.path().is_ident("cfg"));
        if !test {
            visit::visit_item_mod(self, item);
        }
    }

    fn visit_expr_repeat(&mut self, expr: &'a syn::ExprRepeat) {
        self.visit_expr(&expr.expr);
    }

    fn visit_expr_const(&mut self, _: &'a syn::ExprConst) {}

    fn visit_expr_lit(&mut self, expr: &'a syn::ExprLit) {
        if let syn::Lit::Int(number) = &expr.lit {
            let range = self.range(number.span());
            self.put("number", range.start, Place::Number(range));
        }
    }

    fn visit_item_fn(&mut self, item: &'a syn::ItemFn) {
        let outer = std::mem::take(&mut self.constant);
        self.body(&item.block, &item.sig);
        visit::visit_block(self, &item.block);
        self.constant = outer;
    }

    fn visit_impl_item_fn(&mut self, item: &'a syn::ImplItemFn) {
        let outer = std::mem::take(&mut self.constant);
        self.body(&item.block, &item.sig);
        visit::visit_block(self, &item.block);
        self.constant = outer;
    }

    fn visit_trait_item_fn(&mut self, item: &'a syn::TraitItemFn) {
        if let Some(block) = &item.default {
            self.body(block, &item.sig);
            visit::visit_block(self, block);
        }
    }

    fn visit_expr_binary(&mut self, expr: &'a syn::ExprBinary) {
        if !has_let(&expr.left) && !has_let(&expr.right) {
            let (left, right) = (self.range(expr.left.span()), self.range(expr.right.span()));
            let at = self.range(expr.op.span()).start;
            self.put("binary", at, Place::Binary { all: left.start..right.end, left, right });
        }
        visit::visit_expr_binary(self, expr);
    }

    fn visit_expr_unary(&mut self, expr: &'a syn::ExprUnary) {
        if !has_let(&expr.expr) {
            let (all, operand) = (self.range(expr.span()), self.range(expr.expr.span()));
            self.put("unary", all.start, Place::Unary { all, operand });
        }
        visit::visit_expr_unary(self, expr);
    }

    fn visit_arm(&mut self, arm: &'a syn::Arm) {
        let pattern = self.range(arm.pat.span());
        let guard = arm.guard.as_ref().map(|(_, expr)| expr);
        if !guard.is_some_and(|guard| has_let(guard)) {
            let range = guard.map(|guard| self.range(guard.span()));
            let place = Place::Arm { pattern_end: pattern.end, guard: range.clone() };
            let whole = self.range(arm.span());
            for at in [pattern.start, whole.start] {
                self.put("arm", at, place.clone());
            }
            if let Some(range) = range {
                self.put("guard", range.start, place);
            }
        }
        visit::visit_arm(self, arm);
    }
}
