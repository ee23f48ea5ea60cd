import Collector
import Pools

/// The snapshot of all network namespaces.
extension SnapshotCommand {
  func surveyAndShow() -> Result<Outcome, Failure> {
    var survey = NamespaceSurvey(
      SampleOptions(
        maxPools: maxPools, maxAddresses: maxAddresses, probesBlocked: exact), selection)
    do throws(SampleError) {
      return try show { () throws(SampleError) in try survey.take() }
    } catch {
      return .failure(Failure(error))
    }
  }
}
