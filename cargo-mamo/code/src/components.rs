//! Strongly connected components of a directed graph, without recursion: an object decides how deep its graph is.

/// Edges of a graph whose vertices are `0..len`, stored in one vector.
pub(crate) struct EdgeLists {
    starts: Vec<u32>,
    targets: Vec<u32>,
}

impl EdgeLists {
    /// Stores the edges of each vertex in turn.
    pub(crate) fn new(lists: impl Iterator<Item = impl IntoIterator<Item = u32>>) -> Self {
        let (mut starts, mut targets) = (vec![0], Vec::new());
        for list in lists {
            targets.extend(list);
            starts.push(u32::try_from(targets.len()).expect("a graph has fewer than 2³² edges"));
        }
        Self { starts, targets }
    }

    /// The number of vertices.
    pub(crate) fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// The vertices that a vertex has edges to.
    pub(crate) fn of(&self, vertex: u32) -> &[u32] {
        let at = vertex as usize;
        &self.targets[self.starts[at] as usize..self.starts[at + 1] as usize]
    }
}

/// The components of a graph; a component comes after all others that it has edges to.
pub(crate) struct Components {
    /// The component of each vertex.
    pub(crate) component: Vec<u32>,
    /// The vertices of each component.
    pub(crate) members: EdgeLists,
}

const UNSEEN: u32 = u32::MAX;

struct Search<'e> {
    edges: &'e EdgeLists,
    index: Vec<u32>,
    low: Vec<u32>,
    component: Vec<u32>,
    waiting: Vec<u32>,
    path: Vec<(u32, usize)>,
    found: Vec<Vec<u32>>,
    next: u32,
}

/// Finds the components by Tarjan's algorithm.
pub(crate) fn components(edges: &EdgeLists) -> Components {
    let mut search = Search {
        edges,
        index: vec![UNSEEN; edges.len()],
        low: vec![0; edges.len()],
        component: vec![UNSEEN; edges.len()],
        waiting: Vec::new(),
        path: Vec::new(),
        found: Vec::new(),
        next: 0,
    };
    for vertex in 0..edges.len() {
        if search.index[vertex] == UNSEEN {
            search.explore(u32::try_from(vertex).expect("vertices are numbered by u32"));
        }
    }
    Components {
        members: EdgeLists::new(search.found.into_iter()),
        component: search.component,
    }
}

impl Search<'_> {
    fn explore(&mut self, start: u32) {
        self.enter(start);
        while let Some((vertex, position)) = self.path.pop() {
            match self.edges.of(vertex).get(position) {
                Some(&target) => {
                    self.path.push((vertex, position + 1));
                    self.follow(vertex, target);
                }
                None => self.leave(vertex),
            }
        }
    }

    fn enter(&mut self, vertex: u32) {
        self.index[vertex as usize] = self.next;
        self.low[vertex as usize] = self.next;
        self.next += 1;
        self.waiting.push(vertex);
        self.path.push((vertex, 0));
    }

    fn follow(&mut self, vertex: u32, target: u32) {
        let seen = self.index[target as usize];
        if seen == UNSEEN {
            self.enter(target);
        } else if self.component[target as usize] == UNSEEN {
            let low = &mut self.low[vertex as usize];
            *low = (*low).min(seen);
        }
    }

    fn leave(&mut self, vertex: u32) {
        let low = self.low[vertex as usize];
        if low == self.index[vertex as usize] {
            self.close(vertex);
        }
        if let Some((parent, _)) = self.path.last() {
            let of_parent = &mut self.low[*parent as usize];
            *of_parent = (*of_parent).min(low);
        }
    }

    fn close(&mut self, vertex: u32) {
        let number = u32::try_from(self.found.len()).expect("fewer components than vertices");
        let first = self.waiting.iter().rposition(|waiting| *waiting == vertex);
        let members = self
            .waiting
            .split_off(first.expect("an open vertex is waiting"));
        for member in &members {
            self.component[*member as usize] = number;
        }
        self.found.push(members);
    }
}
