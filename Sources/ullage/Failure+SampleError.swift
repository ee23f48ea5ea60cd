import Collector
import Console

extension Failure {
  init(_ error: SampleError) { self.init(error.description) }
}
