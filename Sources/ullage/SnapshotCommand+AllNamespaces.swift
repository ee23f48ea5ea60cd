import Collector
import Console
import HostFacts
import Pools

/// The snapshot of all network namespaces.
extension SnapshotCommand {
  func surveyAndShow(_ host: HostLimits) -> Result<Outcome, Failure> {
    var survey = NamespaceSurvey(
      SampleOptions(
        maxPools: maxPools, maxAddresses: maxAddresses, probesBlocked: exact,
        countsOwners: !withoutOwners),
      selection)
    let ring = memory.ring, thresholds = selection.thresholds
    survey.host = host
    survey.recall = { SnapshotMemory.recall(&$0, of: $1, thresholds, ring: ring) }
    do throws(SampleError) {
      return try show { () throws(SampleError) in try survey.take() }
    } catch {
      return .failure(Failure(error))
    }
  }
}
